<?php
// As security plugins do it: while the file `closed` stands beside the site, REST answers as that file says.
add_filter('rest_authentication_errors', function ($error) {
    $flag = dirname(ABSPATH) . '/closed';
    if (!is_file($flag)) {
        return $error;
    }
    $how = trim(file_get_contents($flag));
    if ($how === 'comments') {
        return $error;
    }
    if ($how === 'html') {
        header('Content-Type: text/html');
        exit('<!DOCTYPE html><html><body><h1>Access blocked</h1></body></html>');
    }
    return new WP_Error('rest_disabled', 'REST API is disabled on this site.', ['status' => (int) $how]);
});

// As plugins that switch comments off do it.
add_filter('rest_endpoints', function ($endpoints) {
    $flag = dirname(ABSPATH) . '/closed';
    if (is_file($flag) && trim(file_get_contents($flag)) === 'comments') {
        unset($endpoints['/wp/v2/comments'], $endpoints['/wp/v2/comments/(?P<id>[\d]+)']);
    }
    return $endpoints;
});

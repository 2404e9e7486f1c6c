<?php
// A site as Indonesian agencies have it: pretty permalinks, Jakarta's time, threaded comments, no moderation queue.
define('WP_INSTALLING', true);
require __DIR__ . '/site/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
function wp_mail() { return true; }
$made = wp_install('DPMPTSP Uji', 'admin', 'admin@example.test', true, '', 'adminpass', 'id_ID');
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
flush_rewrite_rules(true);
foreach ([
    'comment_moderation' => '0', 'comment_previously_approved' => '0', 'comments_notify' => '0',
    'thread_comments' => '1', 'timezone_string' => 'Asia/Jakarta', 'posts_per_rss' => '50',
] as $name => $value) {
    update_option($name, $value);
}
[$secret] = WP_Application_Passwords::create_new_application_password($made['user_id'], ['name' => 'collector']);
echo json_encode(['user' => 'admin', 'password' => $secret]), "\n";

<?php
// Everything about this test site comes from one file beside it, so that nothing is templated into PHP.
$kentongan = json_decode(file_get_contents(dirname(__DIR__) . '/site.json'), true);
define('DB_NAME', 'wp');
define('DB_USER', 'wp');
define('DB_PASSWORD', 'wp');
define('DB_HOST', 'localhost:' . $kentongan['socket']);
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
$table_prefix = 'wp_';
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $name) {
    define($name . '_KEY', 'test-key-' . $name);
    define($name . '_SALT', 'test-salt-' . $name);
}
define('WP_HOME', $kentongan['url']);
define('WP_SITEURL', $kentongan['url']);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
define('DISABLE_WP_CRON', true);
define('WP_ENVIRONMENT_TYPE', 'local'); // lets Application Passwords work over http
if (!defined('ABSPATH')) {
    define('ABSPATH', __DIR__ . '/');
}
require_once ABSPATH . 'wp-settings.php';

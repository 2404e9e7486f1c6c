<?php
// Does what the JSON on standard input asks, by WordPress' own functions: [[verb, argument…], …]; prints each result.
$_SERVER['HTTP_HOST'] = '127.0.0.1';
require __DIR__ . '/site/wp-load.php';
wp_defer_comment_counting(true);

function add_comment(array $fields): int
{
    $gmt = $fields['date_gmt'];
    return wp_insert_comment(wp_slash([
        'comment_post_ID' => $fields['post'],
        'comment_parent' => $fields['parent'] ?? 0,
        'comment_author' => $fields['author'] ?? 'Warga',
        'comment_author_email' => $fields['email'] ?? 'warga@example.test',
        'comment_author_url' => $fields['url'] ?? '',
        'comment_content' => $fields['text'],
        'comment_date_gmt' => $gmt,
        'comment_date' => get_date_from_gmt($gmt),
        'comment_approved' => $fields['approved'] ?? 1,
        'comment_type' => 'comment',
        'user_id' => $fields['user'] ?? 0,
    ]));
}

function add_post(array $fields): int
{
    global $wpdb;
    $gmt = $fields['date_gmt'];
    $id = wp_insert_post(wp_slash([
        'post_title' => $fields['title'],
        'post_content' => $fields['text'],
        'post_status' => $fields['status'] ?? 'publish',
        'post_author' => 1,
        'post_date_gmt' => $gmt,
        'post_date' => get_date_from_gmt($gmt),
    ]));
    if (!($fields['pretty_guid'] ?? false)) { // as the editor makes it: the guid is given while it is a draft
        $wpdb->update($wpdb->posts, ['guid' => home_url("?p=$id")], ['ID' => $id]);
        clean_post_cache($id);
    }
    return $id;
}

function wipe(): bool
{
    global $wpdb;
    foreach (['comments', 'commentmeta', 'posts', 'postmeta'] as $table) {
        $wpdb->query("TRUNCATE TABLE {$wpdb->$table}");
    }
    wp_cache_flush();
    return true;
}

$results = [];
foreach (json_decode(stream_get_contents(STDIN), true) as [$verb, $argument]) {
    $results[] = match ($verb) {
        'post' => add_post($argument),
        'comment' => add_comment($argument),
        'edit' => wp_update_comment(wp_slash(['comment_ID' => $argument[0], 'comment_content' => $argument[1]])),
        'trash' => wp_trash_comment($argument),
        'delete' => wp_delete_comment($argument, true),
        'approve' => wp_set_comment_status($argument, 'approve'),
        'trash_post' => (bool) wp_trash_post($argument),
        'edit_post' => wp_update_post(wp_slash(['ID' => $argument[0], 'post_content' => $argument[1]])),
        'option' => update_option($argument[0], $argument[1]),
        'wipe' => wipe(),
    };
}
wp_defer_comment_counting(false);
echo json_encode($results), "\n";

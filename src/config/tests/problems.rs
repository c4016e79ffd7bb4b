//! What is said about broken configs, as it is shown.

use super::*;
use insta::assert_snapshot;
use proptest::prelude::*;

#[test]
fn all_problems_are_reported_at_once_in_the_order_of_the_file() {
    let text = r#"
[daemon]
listne = "127.0.0.1:7878"

[polling]
every = 15
min = "2 minutes"
max_body = "10 MB or so"

[[source]]
url = "www.example.co.kr/rss"
language = "korean"

[[topic]]
name = "Korea Russia"
rule = "@zzzzz and"
collapse = "stories"
"#;
    let problems = read(text).unwrap_err();
    assert_eq!(problems.summary(), "9 errors in config.toml");
    assert_snapshot!(problems, @r#"
    error: unknown key `listne` in [daemon]
     --> config.toml:3:1
      |
    3 | listne = "127.0.0.1:7878"
      | ^^^^^^
      |
      = help: did you mean `listen`?

    error: `every`: a number needs a unit
     --> config.toml:6:9
      |
    6 | every = 15
      |         ^^
      |
      = help: `"15s"` for seconds, `"15m"` for minutes

    error: `min`: `minutes` is not a unit
     --> config.toml:7:10
      |
    7 | min = "2 minutes"
      |          ^^^^^^^
      |
      = help: the units are ms, s, m, h, d and w: `"90s"`, `"1h 30m"`, `"7d"`

    error: `max_body`: a number was expected here
     --> config.toml:8:19
      |
    8 | max_body = "10 MB or so"
      |                   ^^

    error: `url`: this is not a whole address
      --> config.toml:11:7
       |
    11 | url = "www.example.co.kr/rss"
       |       ^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: `"https://www.example.co.kr/rss"`

    error: `language`: this is not a language tag
      --> config.toml:12:12
       |
    12 | language = "korean"
       |            ^^^^^^^^
       |
       = help: a tag such as `"ko"`, `"pt-BR"` or `"zh-Hant"`

    error: `name`: a name is 1 to 64 of a-z, 0-9 and inner hyphens
      --> config.toml:15:8
       |
    15 | name = "Korea Russia"
       |        ^^^^^^^^^^^^^^
       |
       = help: `"korea-russia"`

    error: `rule`: there is no concept `@zzzzz`
      --> config.toml:16:9
       |
    16 | rule = "@zzzzz and"
       |         ^^^^^^
       |
       = help: define it under `[concepts]`

    error: `collapse`: `stories` is not one of its words
      --> config.toml:17:12
       |
    17 | collapse = "stories"
       |            ^^^^^^^^^
       |
       = help: the words are `story`, `copy`, `off`
    "#);
}

#[test]
fn the_first_error_is_told_in_one_line_with_its_place_and_the_count() {
    let brief = |text: &str| read(text).unwrap_err().brief();
    assert_eq!(
        brief("[daemon]\nlisten = \"러시아\"\nshelv = 3\n"),
        "config.toml:2:10: `listen`: this is not a place to listen on (1 of 2 errors)"
    );
    let one = brief("# 조선\n[[topic]]\nname = \"a\" # б\nrule = \"@zzzzz\"\n");
    assert_eq!(one, "config.toml:4:9: `rule`: there is no concept `@zzzzz`");
}

#[test]
fn an_unknown_key_gets_a_suggestion_or_the_list_of_keys() {
    assert_snapshot!(said("
        colour = 1
        [polling]
        max-age = \"2d\"
        [publish]
        colour = \"blue\"
        [[sources]]
        url = \"https://example.org/\"
        [[topic]]
        name = \"a\"
        rule = \"b\"
        min.score = 3
    "), @r#"
    error: unknown key `colour` outside of any section
     --> config.toml:2:9
      |
    2 |         colour = 1
      |         ^^^^^^
      |
      = help: the sections are `daemon`, `polling`, `domain`, `publish`, `hub`, `dedup`, `retention`, `source`, `concepts`, `topic`

    error: unknown key `max-age` in [polling]
     --> config.toml:4:9
      |
    4 |         max-age = "2d"
      |         ^^^^^^^
      |
      = help: did you mean `max_age`?

    error: unknown key `colour` in [publish]
     --> config.toml:6:9
      |
    6 |         colour = "blue"
      |         ^^^^^^
      |
      = help: the keys here are `directory`, `items`, `prefer`, `search_feeds`

    error: unknown section `sources`
     --> config.toml:7:11
      |
    7 |         [[sources]]
      |           ^^^^^^^
      |
      = help: did you mean `source`?

    error: unknown key `min` in [[topic]]
      --> config.toml:12:9
       |
    12 |         min.score = 3
       |         ^^^
       |
       = help: the keys here are `name`, `aliases`, `title`, `description`, `language`, `rule`, `exclude`, `collapse`, `content`, `items`, `item_title`, `on_growth`, `show`, `prefer`, `prefer_languages`, `digest`, `timezone`, `min_score`, `scope`, `languages`, `sources`, `tags`, `max_age`
    "#);
}

#[test]
fn a_value_of_another_type_is_called_what_it_is() {
    assert_snapshot!(said("
        daemon = 1
        [polling]
        every = true
        concurrency = \"64\"
        first_poll = -1
        max_body = -1
        [publish]
        items = 1.5
        directory = []
        [source]
        url = \"https://example.org/\"
        [[topic]]
        name = 1979-05-27
        rule = { all = [\"a\"] }
        tags = \"agency\"
        languages = [\"ko\", 3]
        min_score = -0.5
        [concepts]
        korea = [\"한국\"]
    "), @r#"
    error: `[daemon]` must be a table
     --> config.toml:2:18
      |
    2 |         daemon = 1
      |                  ^ this is a whole number

    error: `every` must be a duration such as `"15m"`
     --> config.toml:4:17
      |
    4 |         every = true
      |                 ^^^^ this is `true` or `false`

    error: `concurrency` must be a whole number
     --> config.toml:5:23
      |
    5 |         concurrency = "64"
      |                       ^^^^ this is a string

    error: `first_poll` must lie between 0 and 5000
     --> config.toml:6:22
      |
    6 |         first_poll = -1
      |                      ^^

    error: `max_body` is not a number of bytes
     --> config.toml:7:20
      |
    7 |         max_body = -1
      |                    ^^

    error: `items` must be a whole number
     --> config.toml:9:17
      |
    9 |         items = 1.5
      |                 ^^^ this is a fraction

    error: `directory` must be a string
      --> config.toml:10:21
       |
    10 |         directory = []
       |                     ^^ this is a list

    error: `source` is a list of tables
      --> config.toml:11:9
       |
    11 |         [source]
       |         ^^^^^^^^
       |
       = help: write `[[source]]`, in double brackets, before each of them

    error: `name` must be a string
      --> config.toml:14:16
       |
    14 |         name = 1979-05-27
       |                ^^^^^^^^^^ this is a date

    error: `rule` must be a string
      --> config.toml:15:16
       |
    15 |         rule = { all = ["a"] }
       |                ^^^^^^^^^^^^^^^ this is a table

    error: `tags` must be a list of strings, `["…", "…"]`
      --> config.toml:16:16
       |
    16 |         tags = "agency"
       |                ^^^^^^^^ this is a string

    error: each of `languages` must be a string
      --> config.toml:17:28
       |
    17 |         languages = ["ko", 3]
       |                            ^ this is a whole number

    error: `min_score` must be a number of 0 or more
      --> config.toml:18:21
       |
    18 |         min_score = -0.5
       |                     ^^^^

    error: `[concepts.korea]` must be a table
      --> config.toml:20:17
       |
    20 |         korea = ["한국"]
       |                 ^^^^^^^^ this is a list
    "#);
}

#[test]
fn durations_and_sizes_need_their_units() {
    assert_snapshot!(said("
        [daemon]
        shelf = \"64 M\"
        [polling]
        every = \"15\"
        min = \"0s\"
        max = \"1.5h\"
        timeout = \"1h 30\"
        read_timeout = \"10 초\"
        max_body = \"10 GiB\"
        [retention]
        texts = \"forever\"
    "), @r#"
    error: `shelf`: `M` is not a unit
     --> config.toml:3:21
      |
    3 |         shelf = "64 M"
      |                     ^
      |
      = help: the units are B, KiB, MiB, GiB and KB, MB, GB: `"10 MiB"`

    error: `every`: a number needs a unit
     --> config.toml:5:18
      |
    5 |         every = "15"
      |                  ^^
      |
      = help: the units are ms, s, m, h, d and w: `"90s"`, `"1h 30m"`, `"7d"`

    error: `min` must be 1s or more
     --> config.toml:6:15
      |
    6 |         min = "0s"
      |               ^^^^

    error: `max`: only whole numbers can be written
     --> config.toml:7:16
      |
    7 |         max = "1.5h"
      |                ^^^

    error: `timeout`: a number needs a unit
     --> config.toml:8:23
      |
    8 |         timeout = "1h 30"
      |                       ^^
      |
      = help: the units are ms, s, m, h, d and w: `"90s"`, `"1h 30m"`, `"7d"`

    error: `read_timeout`: `초` is not a unit
     --> config.toml:9:28
      |
    9 |         read_timeout = "10 초"
      |                            ^^
      |
      = help: the units are ms, s, m, h, d and w: `"90s"`, `"1h 30m"`, `"7d"`

    error: `max_body` must lie between 1 KiB and 1 GiB
      --> config.toml:10:20
       |
    10 |         max_body = "10 GiB"
       |                    ^^^^^^^^

    error: `texts`: a number was expected here
      --> config.toml:12:18
       |
    12 |         texts = "forever"
       |                  ^^^^^^^
    "#);
}

#[test]
fn the_bounds_of_an_interval_must_be_in_order() {
    assert_snapshot!(said("
        [polling]
        every = \"1m\"
        [[source]]
        url = \"https://example.org/a\"
        max = \"10m\"
        [[source]]
        url = \"https://example.org/b\"
        min = \"3h\"
        max = \"2h\"
    "), @r#"
    error: `min` is longer than `every`
     --> config.toml:3:17
      |
    3 |         every = "1m"
      |                 ^^^^
      |
      = help: `min = "2m"` is the default; set it as well

    error: `min` is longer than `max`
      --> config.toml:9:15
       |
     9 |         min = "3h"
       |               ^^^^
    10 |         max = "2h"
       |               ---- longer than this
    "#);
}

#[test]
fn addresses_say_what_they_lack() {
    assert_snapshot!(said("
        [daemon]
        listen = \"7878\"
        public_url = \"news.example.org\"
        [[source]]
        url = \"https://me:secret@example.org/feed\"
        [[source]]
        url = \"feed://example.org/feed\"
        [[source]]
        id = \"nowhere\"
        [[domain]]
        name = \"feeds.example.co.kr\"
        connections = 4
        [[domain]]
        name = \"https://example.org/\"
    "), @r#"
    error: `listen`: the address is missing
     --> config.toml:3:18
      |
    3 |         listen = "7878"
      |                  ^^^^^^
      |
      = help: `"127.0.0.1:7878"`

    error: `public_url`: this is not a whole address
     --> config.toml:4:22
      |
    4 |         public_url = "news.example.org"
      |                      ^^^^^^^^^^^^^^^^^^
      |
      = help: `"https://news.example.org"`

    error: `url`: an address with a password in it would be published
     --> config.toml:6:15
      |
    6 |         url = "https://me:secret@example.org/feed"
      |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: leave out what stands before the `@`

    error: `url`: only http and https can be fetched
     --> config.toml:8:16
      |
    8 |         url = "feed://example.org/feed"
      |                ^^^^

    error: [[source]] has no `url`
     --> config.toml:9:9
      |
    9 |         [[source]]
      |         ^^^^^^^^^^
      |
      = help: add `url = "https://example.org/feed.xml"`

    error: `name`: connections are counted for whole registrable domains
      --> config.toml:12:16
       |
    12 |         name = "feeds.example.co.kr"
       |                ^^^^^^^^^^^^^^^^^^^^^
       |
       = help: `"example.co.kr"`

    error: [[domain]] has no `connections`
      --> config.toml:14:9
       |
    14 |         [[domain]]
       |         ^^^^^^^^^^
       |
       = help: add `connections = 4`

    error: `name`: this is not the name of a domain
      --> config.toml:15:16
       |
    15 |         name = "https://example.org/"
       |                ^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: `"example.org"`
    "#);
    assert_snapshot!(said("[daemon]\nlisten = \"localhost:80\"\npublic_url = \"https://example.org/?a=1\""), @r#"
    error: `listen`: this is not a place to listen on
     --> config.toml:2:10
      |
    2 | listen = "localhost:80"
      |          ^^^^^^^^^^^^^^
      |
      = help: localhost is `"127.0.0.1:80"`

    error: `public_url`: paths are appended to it: it cannot hold `?` or `#`
     --> config.toml:3:14
      |
    3 | public_url = "https://example.org/?a=1"
      |              ^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#);
    assert_snapshot!(said("[daemon]\nlisten = \"unix:http.sock\"\nstate = \"\""), @r#"
    error: `listen`: the path of a socket must be absolute
     --> config.toml:2:10
      |
    2 | listen = "unix:http.sock"
      |          ^^^^^^^^^^^^^^^^
      |
      = help: an address with its port `"127.0.0.1:7878"`, a socket `"unix:/run/muara/http.sock"`, or `"systemd"`

    error: `state`: the path is empty
     --> config.toml:3:9
      |
    3 | state = ""
      |         ^^
    "#);
}

#[test]
fn an_address_that_nobody_could_follow_is_a_warning() {
    assert_snapshot!(said("[daemon]\nlisten = \"unix:/run/muara/http.sock\""), @r#"
    warning: subscribers cannot reach `http://localhost/`
     --> config.toml:2:10
      |
    2 | listen = "unix:/run/muara/http.sock"
      |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^ without `public_url` feeds give that address
      |
      = help: say how they reach it: `public_url = "https://news.example.org/"`
    "#);
    assert_snapshot!(said("[daemon]\nlisten = \"0.0.0.0:7878\""), @r#"
    warning: subscribers cannot reach `http://0.0.0.0:7878/`
     --> config.toml:2:10
      |
    2 | listen = "0.0.0.0:7878"
      |          ^^^^^^^^^^^^^^ without `public_url` feeds give that address
      |
      = help: say how they reach it: `public_url = "https://news.example.org/"`
    "#);
}

#[test]
fn what_is_there_twice_is_shown_at_both_places() {
    assert_snapshot!(said("
        [[domain]]
        name = \"example.org\"
        connections = 3
        [[domain]]
        name = \"example.org\"
        connections = 4

        [[source]]
        url = \"https://example.org/feed\"
        [[source]]
        id = \"other\"
        url = \"https://example.org/feed\"
        [[source]]
        url = \"http://example.org/feed\"
        [[source]]
        id = \"example-org-feed\"
        url = \"https://example.org/third\"

        [[topic]]
        name = \"north\"
        rule = \"북한\"
        aliases = [\"dprk\"]
        [[topic]]
        name = \"dprk\"
        rule = \"평양\"
        aliases = [\"north\"]
    "), @r#"
    error: the domain `example.org` is there twice
     --> config.toml:6:16
      |
    3 |         name = "example.org"
      |                ------------- first here
    ...
    6 |         name = "example.org"
      |                ^^^^^^^^^^^^^

    error: the same feed is there twice
      --> config.toml:13:15
       |
    10 |         url = "https://example.org/feed"
       |               -------------------------- first here
    ...
    13 |         url = "https://example.org/feed"
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^

    error: two sources are called `example-org-feed`
      --> config.toml:15:15
       |
    10 |         url = "https://example.org/feed"
       |               -------------------------- the other one
    ...
    15 |         url = "http://example.org/feed"
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: this id was made from the address; give one of them an `id` of its own

    error: two sources are called `example-org-feed`
      --> config.toml:17:14
       |
    10 |         url = "https://example.org/feed"
       |               -------------------------- the other one
    ...
    17 |         id = "example-org-feed"
       |              ^^^^^^^^^^^^^^^^^^

    error: `dprk` is the address of two topics
      --> config.toml:25:16
       |
    23 |         aliases = ["dprk"]
       |                    ------ the other one
    24 |         [[topic]]
    25 |         name = "dprk"
       |                ^^^^^^

    error: `north` is the address of two topics
      --> config.toml:27:20
       |
    21 |         name = "north"
       |                ------- the other one
    ...
    27 |         aliases = ["north"]
       |                    ^^^^^^^
    "#);
}

#[test]
fn a_schedule_is_checked_field_by_field() {
    assert_snapshot!(said("
        [[source]]
        url = \"https://example.org/a\"
        schedule = \"*/10 * * * *\"
        [[source]]
        url = \"https://example.org/b\"
        schedule = \"0 0 6 * * 월요일\"
        [[source]]
        url = \"https://example.org/c\"
        schedule = \"0 0 0 31 2 *\"
        [[source]]
        url = \"https://example.org/d\"
        schedule = \"@fortnightly\"
    "), @r#"
    error: `schedule`: five fields; the seconds are missing
     --> config.toml:4:20
      |
    4 |         schedule = "*/10 * * * *"
      |                    ^^^^^^^^^^^^^^
      |
      = help: seconds come first: `"0 */10 * * * *"`

    error: `schedule`: the day of week is wrong: it contains illegal character '월' in part '월요일'
     --> config.toml:7:31
      |
    7 |         schedule = "0 0 6 * * 월요일"
      |                               ^^^^^^
      |
      = help: six fields: second, minute, hour, day of month, month, day of week; `0 */10 * * * *` is every ten minutes

    error: `schedule`: this never comes due
      --> config.toml:10:20
       |
    10 |         schedule = "0 0 0 31 2 *"
       |                    ^^^^^^^^^^^^^^
       |
       = help: no year has such a day

    error: `schedule`: this is not one of the nicknames
      --> config.toml:13:20
       |
    13 |         schedule = "@fortnightly"
       |                    ^^^^^^^^^^^^^^
       |
       = help: they are `@hourly`, `@daily`, `@weekly`, `@monthly` and `@yearly`
    "#);
}

#[test]
fn the_times_of_a_digest_are_checked_like_a_schedule() {
    assert_snapshot!(said("
        [[topic]]
        name = \"a\"
        rule = \"rivers\"
        digest = \"0 0 25 * * *\"
        timezone = \"Asia/Seul\"
        [[topic]]
        name = \"b\"
        rule = \"lakes\"
        timezone = \"Asia/Seoul\"
        [[topic]]
        name = \"c\"
        rule = \"seas\"
        digest = \"0 0 7 * * *\"
        [[topic]]
        name = \"d\"
        rule = \"seas\"
    "), @r#"
    error: `digest`: the hour is wrong: Number out of bounds
     --> config.toml:5:23
      |
    5 |         digest = "0 0 25 * * *"
      |                       ^^
      |
      = help: six fields: second, minute, hour, day of month, month, day of week; `0 */10 * * * *` is every ten minutes

    error: `timezone`: this is not the name of a time zone
     --> config.toml:6:20
      |
    6 |         timezone = "Asia/Seul"
      |                    ^^^^^^^^^^^
      |
      = help: `"Asia/Seoul"`

    error: `timezone` is that of a `digest`, and there is none
      --> config.toml:10:20
       |
    10 |         timezone = "Asia/Seoul"
       |                    ^^^^^^^^^^^^
    "#);
}

#[test]
fn names_of_topics_are_addresses_and_some_are_taken() {
    assert_snapshot!(said("
        [[topic]]
        name = \"search\"
        rule = \"a\"
        [[topic]]
        name = \"Korea & Russia\"
        rule = \"b\"
        aliases = [\"한국-러시아\", \"opml\"]
        [[topic]]
        title = \"No name\"
    "), @r#"
    error: `name`: `/search` is an address of Muara itself
     --> config.toml:3:16
      |
    3 |         name = "search"
      |                ^^^^^^^^
      |
      = help: choose another name; its title can be anything

    error: `name`: a name is 1 to 64 of a-z, 0-9 and inner hyphens
     --> config.toml:6:16
      |
    6 |         name = "Korea & Russia"
      |                ^^^^^^^^^^^^^^^^
      |
      = help: `"korea-russia"`

    error: `aliases`: a name is 1 to 64 of a-z, 0-9 and inner hyphens
     --> config.toml:8:20
      |
    8 |         aliases = ["한국-러시아", "opml"]
      |                    ^^^^^^^^^^^^^

    error: `aliases`: `/opml` is an address of Muara itself
     --> config.toml:8:30
      |
    8 |         aliases = ["한국-러시아", "opml"]
      |                                   ^^^^^^
      |
      = help: choose another name; its title can be anything

    error: [[topic]] has no `name`
     --> config.toml:9:9
      |
    9 |         [[topic]]
      |         ^^^^^^^^^
      |
      = help: add `name = "korea-russia"`

    error: [[topic]] has no `rule`
     --> config.toml:9:9
      |
    9 |         [[topic]]
      |         ^^^^^^^^^
      |
      = help: add `rule = '"North Korea" and Russia'`
    "#);
}

#[test]
fn what_a_topic_selects_by_must_exist() {
    assert_snapshot!(said("
        [[source]]
        id = \"yonhap\"
        url = \"https://example.co.kr/a\"
        tags = [\"agency\"]
        [[source]]
        id = \"tass\"
        url = \"https://example.ru/a\"
        [[topic]]
        name = \"a\"
        rule = \"a\"
        sources = [\"yonhab\", \"bbc\", \"tass\"]
        tags = [\"agencies\", \"radio\"]
        scope = \"titel\"
        content = \"everything\"
        languages = [\"ko_KR\"]
    "), @r#"
    error: `sources`: there is no source `yonhab`
      --> config.toml:12:20
       |
    12 |         sources = ["yonhab", "bbc", "tass"]
       |                    ^^^^^^^^
       |
       = help: did you mean `yonhap`?

    error: `sources`: there is no source `bbc`
      --> config.toml:12:30
       |
    12 |         sources = ["yonhab", "bbc", "tass"]
       |                              ^^^^^
       |
       = help: the sources are `yonhap`, `tass`

    warning: no source has the tag `agencies`
      --> config.toml:13:17
       |
    13 |         tags = ["agencies", "radio"]
       |                 ^^^^^^^^^^

    warning: no source has the tag `radio`
      --> config.toml:13:29
       |
    13 |         tags = ["agencies", "radio"]
       |                             ^^^^^^^

    error: `scope`: `titel` is not one of its words
      --> config.toml:14:17
       |
    14 |         scope = "titel"
       |                 ^^^^^^^
       |
       = help: did you mean `title`?

    error: `content`: `everything` is not one of its words
      --> config.toml:15:19
       |
    15 |         content = "everything"
       |                   ^^^^^^^^^^^^
       |
       = help: the words are `summary`, `full`, `title`

    error: `languages`: this is not a language tag
      --> config.toml:16:22
       |
    16 |         languages = ["ko_KR"]
       |                      ^^^^^^^
       |
       = help: with a hyphen: `"ko-KR"`
    "#);
}

#[test]
fn an_id_that_may_be_a_broken_sources_is_not_called_unknown() {
    let problems = read(
        "
        [[source]]
        id = \"yonhap\"
        url = \"example.co.kr\"
        [[topic]]
        name = \"a\"
        rule = \"a\"
        sources = [\"yonhap\"]
    ",
    )
    .unwrap_err();
    assert_eq!(problems.count(), 1, "{problems}");
}

#[test]
fn two_topics_with_one_rule_are_a_warning_unless_something_tells_them_apart() {
    let config = read(
        "
        [[topic]]
        name = \"a\"
        rule = '(북한 and russia)'
        [[topic]]
        name = \"b\"
        rule = '북한  AND  russia'
        [[topic]]
        name = \"c\"
        rule = '북한 and russia'
        languages = [\"ko\"]
    ",
    )
    .unwrap();
    assert_eq!((config.warnings.errors(), config.warnings.warnings()), (0, 1));
    assert_eq!(config.warnings.summary(), "1 warning in config.toml");
    assert_snapshot!(config.warnings, @r#"
    warning: two topics have the same rule
     --> config.toml:7:16
      |
    4 |         rule = '(북한 and russia)'
      |                ------------------- the other one
    ...
    7 |         rule = '북한  AND  russia'
      |                ^^^^^^^^^^^^^^^^^^^
      |
      = help: for a second address give the first topic an alias: `aliases = ["…"]`
    "#);
}

#[test]
fn a_rules_error_points_into_the_string_however_it_is_written() {
    assert_snapshot!(said(r#"
[[topic]]
name = "basic"
rule = "북한 and (@zzzzzzz or 러시아)"
[[topic]]
name = "escaped"
rule = "\"arms deal\" and \u2022 \"북한\" and @zzzzzzz"
[[topic]]
name = "literal"
rule = '"무기 거래" and (러시아'
[[topic]]
name = "lines"
rule = """
  북한 and \
  러시아 and @zzzzzzz
"""
[[topic]]
name = "literal-lines"
rule = '''
"북한" near/20
  not 러시아
'''
"#), @r#"
    error: `rule`: there is no concept `@zzzzzzz`
     --> config.toml:4:17
      |
    4 | rule = "북한 and (@zzzzzzz or 러시아)"
      |                   ^^^^^^^^
      |
      = help: define it under `[concepts]`

    error: `rule`: `•` has no letter or digit in it
     --> config.toml:7:27
      |
    7 | rule = "\"arms deal\" and \u2022 \"북한\" and @zzzzzzz"
      |                           ^^^^^^

    error: `rule`: this `(` is never closed
      --> config.toml:10:21
       |
    10 | rule = '"무기 거래" and (러시아'
       |                         ^
       |
       = help: add a `)`

    error: `rule`: there is no concept `@zzzzzzz`
      --> config.toml:15:11
       |
    15 |   러시아 and @zzzzzzz
       |              ^^^^^^^^
       |
       = help: define it under `[concepts]`

    error: `rule`: `near` needs something that is there
      --> config.toml:21:3
       |
    21 |   not 러시아
       |   ^^^^^^^^^^
       |
       = help: `not` binds tighter than `near`: write `not (a near/5 b)`
    "#);
}

#[test]
fn a_caret_stands_under_wide_characters_and_behind_tabs() {
    assert_snapshot!(said("[[source]]\n\turl = \"https://example.org/\"\n\ttags = [\"북한\", \"두 단어\", \"政治\", \"two words\"]"), @r#"
    error: `tags`: a tag is one word
     --> config.toml:3:16
      |
    3 |     tags = ["북한", "두 단어", "政治", "two words"]
      |                     ^^^^^^^^^
      |
      = help: `"agency"`, `"state-media"`

    error: `tags`: a tag is one word
     --> config.toml:3:30
      |
    3 |     tags = ["북한", "두 단어", "政治", "two words"]
      |                                        ^^^^^^^^^^^
      |
      = help: `"agency"`, `"state-media"`
    "#);
}

#[test]
fn concepts_are_checked_term_by_term() {
    assert_snapshot!(said("
        [[topic]]
        name = \"a\"
        rule = \"@korea and @xussia\"
        [concepts.korea]
        any = [\"@north\", \"@sout\"]
        terms = [\"한국\", \"(Korea\", \"/[/\"]
        [concepts.north]
        any = [\"@korea\"]
        [concepts.south]
        [concepts.\"two words\"]
        terms = [\"a\"]
        [concepts.russia]
        term = [\"러시아\"]
        terms = [\"Россия\"]
    "), @r#"
    error: `rule`: there is no concept `@xussia`
     --> config.toml:4:28
      |
    4 |         rule = "@korea and @xussia"
      |                            ^^^^^^^
      |
      = help: did you mean `@russia`?

    error: `any`: it takes in itself: @korea → @north → @korea
     --> config.toml:6:17
      |
    6 |         any = ["@north", "@sout"]
      |                 ^^^^^^

    error: `any`: there is no concept `@sout`
     --> config.toml:6:27
      |
    6 |         any = ["@north", "@sout"]
      |                           ^^^^^
      |
      = help: did you mean `@south`?

    error: `terms`: this is not one term
     --> config.toml:7:25
      |
    7 |         terms = ["한국", "(Korea", "/[/"]
      |                           ^^^^^^
      |
      = help: write a word, several words, `prefix*` or `/regex/`; quote what has other signs in it

    error: `terms`: this regex is not valid: unclosed character class
     --> config.toml:7:36
      |
    7 |         terms = ["한국", "(Korea", "/[/"]
      |                                      ^

    error: concept `south`: it has neither `terms` nor `any`
      --> config.toml:10:19
       |
    10 |         [concepts.south]
       |                   ^^^^^

    error: concept `two words`: a name is made of letters, digits, `-` and `_`
      --> config.toml:11:19
       |
    11 |         [concepts."two words"]
       |                   ^^^^^^^^^^^

    error: unknown key `term` in [concepts.russia]
      --> config.toml:14:9
       |
    14 |         term = ["러시아"]
       |         ^^^^
       |
       = help: did you mean `terms`?
    "#);
}

#[test]
fn what_is_not_toml_is_shown_with_everything_else() {
    assert_snapshot!(said("
        [polling]
        every = 15m
        min =
        mxa = \"24h\"
        [daemon]
        listen = \"127.0.0.1:7878
        listen = \"127.0.0.1:7879\"
        [daemon]
    "), @r#"
    error: string values must be quoted
     --> config.toml:3:17
      |
    3 |         every = 15m
      |                 ^^^
      |
      = help: `"15m"`

    error: a value is missing
     --> config.toml:4:14
      |
    4 |         min =
      |              ^

    error: unknown key `mxa` in [polling]
     --> config.toml:5:9
      |
    5 |         mxa = "24h"
      |         ^^^
      |
      = help: did you mean `max`?

    error: invalid basic string, expected `"`
     --> config.toml:7:33
      |
    7 |         listen = "127.0.0.1:7878
      |                                 ^

    error: duplicate key
     --> config.toml:8:9
      |
    8 |         listen = "127.0.0.1:7879"
      |         ^^^^^^

    error: duplicate key
     --> config.toml:9:10
      |
    9 |         [daemon]
      |          ^^^^^^
    "#);
}

#[test]
fn a_broken_header_does_not_make_its_keys_unknown() {
    assert_snapshot!(said("[polling]\nevery = \"15m\"\n[publish\nitems = 3\n"), @r"
    error: unclosed table, expected `]`
     --> config.toml:3:9
      |
    3 | [publish
      |         ^
    ");
    assert_snapshot!(said("[publish]\nitems"), @r"
    error: key with no value, expected `=`
     --> config.toml:2:6
      |
    2 | items
      |      ^
    ");
}

#[test]
fn a_topic_whose_broken_line_may_be_its_rule_is_not_said_to_have_none() {
    let problems = read("[[topic]]\nname = \"a\"\nrule = @korea and @russia\n").unwrap_err();
    assert_snapshot!(problems, @r#"
    error: string values must be quoted
     --> config.toml:3:8
      |
    3 | rule = @korea and @russia
      |        ^^^^^^^^^^^^^^^^^^
      |
      = help: `"@korea and @russia"`
    "#);
}

#[test]
fn a_file_that_cannot_be_read_is_a_problem_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let render = |path: &Path| {
        let problems = Config::load(path).unwrap_err();
        problems.to_string().replace(&*folder.path().to_string_lossy(), "FOLDER")
    };
    assert_snapshot!(render(&folder.path().join("missing.toml")), @r"
    error: the config cannot be read: No such file or directory (os error 2)
    --> FOLDER/missing.toml
    ");
    assert_snapshot!(render(folder.path()), @r"
    error: the config cannot be read: Is a directory (os error 21)
    --> FOLDER
    ");
    let path = folder.path().join("euc-kr.toml");
    std::fs::write(&path, b"[[source]]\nname = \"\xbf\xac\xc7\xd5\"\n").unwrap();
    assert_snapshot!(render(&path), @r#"
    error: the config is not UTF-8
     --> FOLDER/euc-kr.toml:2:9
      |
    2 | name = "����"
      |         ^
      |
      = help: save the file as UTF-8
    "#);
}

#[test]
fn a_title_that_cannot_be_written_is_pointed_at() {
    let topic = |title: &str| {
        let text =
            format!("[[topic]]\nname = \"seoul\"\nrule = \"서울\"\nitem_title = \"{title}\"");
        read(&text).unwrap_err().to_string()
    };
    assert!(topic("{title} · {author}").contains("there is no field `{author}`"));
    assert!(topic("{source}").contains("`{title}` must be in it"));
    assert!(topic("{title").contains("come in pairs"));
}

#[test]
fn colours_are_only_there_when_they_are_asked_for() {
    let problems = read("[polling]\nevry = 1").unwrap_err();
    assert!(!problems.to_string().contains('\u{1b}'));
    assert!(problems.render(true).contains('\u{1b}'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Whatever stands in the file: it is read or refused with a problem that can be drawn.
    #[test]
    fn no_text_is_too_strange(text in "([\\[\\]a-z=\"'\\\\#\n\r\t {},.0-9한é\u{0}]|\\PC){0,120}") {
        let _ = said(&text);
    }

    #[test]
    fn no_slip_in_a_good_config_is_too_strange(at in 0.0..1.0_f64, cut in 0..40_usize, put in "\\PC{0,3}") {
        let text = concat!(
            "[daemon]\nlisten = \"127.0.0.1:7878\"\n[polling]\nevery = \"1h 30m\"\r\n",
            "[[source]]\nurl = \"https://example.org/북한\"\nschedule = \"0 */10 * * * *\"\n",
            "[[topic]]\nname = \"korea\"\nrule = \"\"\"\n  \\\"북한\\\" and \\\n  @korea\"\"\"\n",
            "[concepts.korea]\nterms = ['한국*', \"Korean Peninsula\", '/kore[ay]/']\n",
        );
        let chars: Vec<char> = text.chars().collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss,
            reason = "a place in a short text")]
        let at = (chars.len() as f64 * at) as usize;
        let rest = chars.iter().skip(at + cut);
        let broken: String = chars[..at].iter().copied().chain(put.chars()).chain(rest.copied()).collect();
        let _ = said(&broken);
    }
}

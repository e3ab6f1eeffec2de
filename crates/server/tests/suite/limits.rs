//! Limits of what comes in: sizes, numbers, dates, and texts that would be a part of a statement.

use mainstay_app::accounts::Purpose;
use mainstay_server::{Rates, Settings, serve};
use serde_json::json;

use crate::{
    asker::{in_session, person},
    client::{Ask, Client},
    world::{BOTH, Engine, World},
};

const MIB: usize = 1024 * 1024;

#[test]
fn r26_a_person_has_at_most_twenty_tokens_and_a_change_at_most_a_hundred_records() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let session = agent.sign_in(&world);
    // Two there were before.
    for number in 0..18 {
        let ask = Ask::new("POST", "/api/v1/me/tokens").json(&json!({"name": format!("token {number}")}));
        world.client.send(&in_session(ask, &session)).expect(201);
    }
    let ask = Ask::new("POST", "/api/v1/me/tokens").json(&json!({"name": "one too many"}));
    let answer = world.client.send(&in_session(ask, &session)).expect(409);
    assert!(answer.text().contains("at most 20 tokens"), "{}", answer.text());
    let items: Vec<_> =
        (0..101).map(|number| json!({"ref": format!("INC-{number:06}"), "version": 1})).collect();
    let answer = agent.post(&world, "/api/v1/incidents/bulk", &json!({ "items": items })).expect(422);
    assert!(answer.text().contains("100"));
}

#[test]
fn r27_forms_and_files_end_at_their_limits() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let session = agent.sign_in(&world);
    let record = world.make("incident", json!({"title": "Mail is down"}));
    let form = |bytes: usize| {
        let body = format!("body={}", "x".repeat(bytes));
        let ask = Ask::new("POST", format!("/incidents/{record}/comments"));
        world.client.send(&in_session(ask.body("application/x-www-form-urlencoded", body), &session)).status
    };
    assert_eq!((form(MIB), form(2 * MIB)), (303, 413));
    let file = |bytes: usize| {
        let ask = Ask::new("POST", format!("/api/v1/incidents/{record}/attachments?name=a.bin"));
        agent.ask(&world, ask.body("application/octet-stream", vec![7; bytes])).status
    };
    assert_eq!((file(25 * MIB), file(25 * MIB + 1)), (201, 413));
}

#[test]
fn r30_dates_that_make_no_sense_are_refused_and_break_nothing() {
    for engine in BOTH {
        let world = World::new(engine);
        let agent = person(&world, "agent", &["service_desk_agent", "change_manager"], None);
        let post = |value: &str| {
            let body = format!("{{\"title\": \"a\", \"reported_at\": {value}}}");
            agent.ask(&world, Ask::new("POST", "/api/v1/incidents").body("application/json", body)).status
        };
        for wrong in [
            "\"0000-01-01T00:00:00Z\"",
            "\"0001-01-01T00:00:00Z\"",
            "\"1899-12-31T23:59:59Z\"",
            "\"3000-01-01T00:00:00Z\"",
            "\"9999-12-31T23:59:59Z\"",
            "\"-000001-01-01T00:00:00Z\"",
            "\"+099999-01-01T00:00:00Z\"",
            "\"2026-02-30T00:00:00Z\"",
            "\"2026-01-01T25:00:00Z\"",
            "\"2026-01-01\"",
            "\"-1\"",
            "-1",
            "9223372036854775807",
            "1e400",
            "{}",
        ] {
            assert!(matches!(post(wrong), 400 | 422), "{wrong}");
        }
        assert_eq!(post("\"2026-01-05T08:00:00Z\""), 201);
        for odd in ["\"2025-12-31T23:59:60Z\"", "\"1970-01-01T00:00:00+14:00\"", "\"2038-01-19T03:14:08Z\""] {
            assert!(matches!(post(odd), 201 | 422), "{odd}");
        }
        for wrong in ["0000-01-01", "9999-12-31T00:00:00Z", "-1", "2026-13-01"] {
            let answer = agent.get(&world, &format!("/api/v1/incidents?reported_at[gte]={wrong}"));
            assert!(answer.status < 500, "{wrong}: {}", answer.text());
        }
    }
}

/// Texts that would change a statement which they became a part of.
fn injections() -> Vec<String> {
    let endings = ["", "--", "/*", ";", "#", "\0"];
    let pieces = [
        "'",
        "\"",
        "`",
        "' or '1'='1",
        "\" or \"\"=\"",
        "') or ('a'='a",
        "1 or 1=1",
        "' union select null",
        "'; drop table incident",
        "\\' or 1=1",
        "' and 1=(select count(*) from account)",
        "%' or title like '%",
        "?1",
        "$1",
        ":name",
        "@x",
        "\" match \"x",
        "title:* OR x",
        "NEAR(a b)",
        "a* OR b*",
        "(a",
        "a)",
        "-a",
        "^a",
        "{a}",
        "a AND",
        "'a' & !'b'",
        "a:*",
        "<->",
        "!a | b",
        "$$;select pg_sleep(9);$$",
        "char(39)||'",
        "x'00'",
        "coalesce(null,1)",
        "randomblob(1000000000)",
        "case when 1 then 1 end",
        "like '%'",
        "_",
        "%",
        "[a-z]",
        "\u{2bc} or 1=1",
        "＇ or 1=1",
        "0x27",
        "nul\\",
        "a\\b",
        "''''",
        "\"\"\"\"",
        "1;1",
        "1--1",
        "(select 1)",
    ];
    pieces.iter().flat_map(|piece| endings.map(|ending| format!("{piece}{ending}"))).collect()
}

#[test]
fn r31_no_text_becomes_a_part_of_a_statement() {
    let corpus = injections();
    assert!(corpus.len() >= 300);
    for engine in BOTH {
        let world = World::new(engine);
        let agent = person(&world, "agent", &["service_manager"], None);
        world.make("incident", json!({"title": "Mail is down", "impact": "high", "urgency": "low"}));
        world.make("incident", json!({"title": "Printer burns"}));
        let all = agent.get(&world, "/api/v1/incidents").expect(200).json()["items"].clone();
        let mut compared = 0;
        for (at, text) in corpus.iter().enumerate() {
            let value: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            // No title is such a text.
            let paths = [
                format!("/api/v1/incidents?title={value}"),
                format!("/api/v1/incidents?title[ne]={value}"),
                format!("/api/v1/incidents?impact={value}"),
                format!("/api/v1/incidents?caller={value}"),
                format!("/api/v1/incidents?sort={value}"),
                format!("/api/v1/incidents?q={value}"),
                format!("/api/v1/search?q={value}"),
                format!("/api/v1/incidents?{value}=1"),
                format!("/api/v1/incidents?cursor={value}"),
                format!("/api/v1/incidents/suggestions?q={value}"),
                format!("/api/v1/incidents/export?fields={value}"),
            ];
            // Each text in some of the places, and over all texts each place often.
            for path in paths.iter().skip(at % 3).step_by(3) {
                let answer = agent.get(&world, path);
                assert!(answer.status < 500, "{text:?} {path}: {}", answer.text());
                if answer.status != 200 {
                    continue;
                }
                let expected = if path.contains("?title=") {
                    json!([])
                } else if path.contains("?title[ne]=") {
                    all.clone()
                } else {
                    continue;
                };
                assert_eq!(answer.json()["items"], expected, "{text:?} {path}");
                compared += 1;
            }
        }
        println!("{compared} answers were compared");
        assert_eq!(agent.get(&world, "/api/v1/incidents").expect(200).json()["items"], all);
    }
}

#[test]
fn r07_r46_behind_tls_browsers_are_held_to_it_and_cookies_are_bound_to_the_host() {
    let world = World::new(Engine::Sqlite);
    let listen = "127.0.0.1:0".parse().expect("an address");
    let mut settings = Settings::new(listen, Some("https://desk.example.org"), false).expect("settings");
    settings.limits.rates = Rates::UNLIMITED;
    let server = serve(world.app.clone(), settings).expect("a server");
    let client = Client::new(server.address);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let link = world.app.accounts().make_secret(agent.person, Purpose::SignIn).expect("a link");
    for path in ["/healthz", "/sign-in", "/api/v1/me", "/nowhere"] {
        let answer = client.send(&Ask::get(path).header("Host", "desk.example.org"));
        let held = answer.header("strict-transport-security");
        assert_eq!(held, Some("max-age=31536000; includeSubDomains"), "{path}");
    }
    let welcome = Ask::new("POST", format!("/welcome/{}", link.expose()))
        .header("Host", "desk.example.org")
        .header("Origin", "https://desk.example.org")
        .body("application/x-www-form-urlencoded", "");
    let answer = client.send(&welcome).expect(303);
    let cookies: Vec<&str> =
        answer.headers.get_all("set-cookie").iter().filter_map(|it| it.to_str().ok()).collect();
    assert!(!cookies.is_empty());
    for cookie in cookies {
        assert!(cookie.starts_with("__Host-") && !cookie.contains("Domain="), "{cookie}");
        let wanted = ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"];
        assert!(wanted.iter().all(|word| cookie.contains(word)), "{cookie}");
    }
}

//! The gate: cross-site requests, hosts, sizes, types, headers, what errors tell.

use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::{Duration, Instant},
};

use mainstay_app::{App, Config};
use mainstay_kinds::REGISTRY;
use mainstay_server::{Settings, all_routes, routes::Verb, serve};
use mainstay_store::SystemClock;
use serde_json::json;

use crate::{
    asker::{in_session, person},
    client::{Ask, Client},
    scene::{Relation, Scene},
    world::{Engine, World},
};

fn tag(world: &World) -> (String, Ask) {
    let record = world.make("incident", json!({"title": "Mail is down"}));
    (record.clone(), Ask::new("POST", format!("/api/v1/incidents/{record}/tags")).json(&json!({"word": "a"})))
}

#[test]
fn r47_a_session_is_not_used_from_another_site() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let session = agent.sign_in(&world);
    let (record, ask) = tag(&world);
    let cookie = format!("mainstay_session={session}");
    let ask = ask.header("Cookie", cookie);
    let own = format!("http://{}", world.client.address);
    let before = world.entries();
    let variants: [&[(&str, &str)]; 12] = [
        &[],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", &own)],
        &[("Sec-Fetch-Site", "same-origin"), ("Origin", "https://evil.example")],
        &[("Sec-Fetch-Site", "none"), ("Origin", "null")],
        &[("Origin", "null")],
        &[("Origin", "https://evil.example")],
        &[("Origin", "http://127.0.0.1")],
        &[("Origin", "http://127.0.0.1:1")],
        &[("Referer", "http://127.0.0.1/"), ("Origin", "file://")],
        &[("Sec-Fetch-Site", "SAME-ORIGIN")],
    ];
    for headers in variants {
        let mut forged = ask.clone();
        for (name, value) in headers {
            forged = forged.header(name, *value);
        }
        assert_eq!(world.client.send(&forged).status, 403, "{headers:?}");
    }
    assert_eq!(world.entries(), before, "nothing was changed");
    // A form of another site cannot say that it is JSON, and cannot sign anybody in or out.
    let form =
        Ask::new("POST", format!("/api/v1/incidents/{record}/tags")).body("text/plain", r#"{"word":"a"}"#);
    assert_eq!(world.client.send(&in_session(form, &session)).status, 415);
    for path in ["/sign-in", "/sign-out"] {
        let form = Ask::new("POST", path).body("application/x-www-form-urlencoded", "email=a&password=b");
        let form = form.header("Cookie", format!("mainstay_session={session}"));
        assert_eq!(world.client.send(&form.header("Sec-Fetch-Site", "cross-site")).status, 403, "{path}");
    }
    world.client.send(&ask.clone().header("Sec-Fetch-Site", "same-origin")).expect(201);
    world.client.send(&ask.header("Origin", own)).expect(201);
}

#[test]
fn r47_reading_as_administrator_changes_nothing() {
    let world = World::new(Engine::Sqlite);
    let scene = Scene::new(&world);
    let made = scene.record("incident", Relation::Own);
    for asker in [scene.named("administrator"), scene.named("service_manager")] {
        let before = world.entries();
        for route in all_routes().iter().filter(|route| route.verb == Verb::Get) {
            let path = route.path.replace("{kind}", "incidents").replace("{ref}", &made.reference);
            for method in ["GET", "HEAD"] {
                let answer = asker.ask(&world, Ask::new(method, path.clone()));
                assert!(answer.status < 500, "{path}: {}", answer.text());
                assert!(method == "GET" || answer.body.is_empty(), "HEAD {path}");
            }
        }
        assert_eq!(world.entries(), before);
    }
}

#[test]
fn r11_a_token_in_the_address_is_none() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let ask = Ask::get(format!("/api/v1/me?token={}", agent.token));
    world.client.send(&ask).expect(401);
    agent.get(&world, "/api/v1/me").expect(200);
}

#[test]
fn r12_a_token_or_an_old_sign_in_makes_no_token_and_disables_nobody() {
    let world = World::new(Engine::Sqlite);
    let admin = person(&world, "admin", &["administrator"], None);
    let other = person(&world, "other", &[], None);
    let session = admin.sign_in(&world);
    let disable = Ask::new("POST", format!("/api/v1/accounts/{}/disable", other.reference));
    let answer = admin.ask(&world, disable.clone()).expect(403);
    assert!(answer.text().contains("step_up_required"));
    world.clock.pass(11 * 60);
    let answer = world.client.send(&in_session(disable.clone(), &session)).expect(403);
    assert!(answer.text().contains("step_up_required"));
    let fresh = admin.sign_in(&world);
    world.client.send(&in_session(disable, &fresh)).expect(200);
    other.get(&world, "/api/v1/me").expect(401);
    // Nobody locks themselves out, and a link leads to our own address.
    let own = Ask::new("POST", format!("/api/v1/accounts/{}/disable", admin.reference));
    world.client.send(&in_session(own, &fresh)).expect(409);
    let link = Ask::new("POST", format!("/api/v1/accounts/{}/link", other.reference));
    let link = world.client.send(&in_session(link, &fresh)).expect(201).json();
    assert!(link["link"].as_str().unwrap().starts_with(&format!("http://{}/welcome/", world.client.address)));
    let events = admin.get(&world, "/api/v1/security-events?limit=50").expect(200).text();
    assert!(events.contains("link_made") && events.contains("denied"));
}

#[test]
fn r40_r46_r48_every_route_has_the_headers_and_none_opens_itself_to_other_sites() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_manager"], None);
    for route in all_routes() {
        let path = route.path.replace("{kind}", "incidents").replace("{ref}", "INC-000001");
        let ask = Ask::new(route.verb.name(), path.clone()).header("Origin", "https://evil.example");
        for answer in [world.client.send(&ask), agent.ask(&world, ask.clone())] {
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "same-origin"),
                ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
            ] {
                assert_eq!(answer.header(name), Some(value), "{name} of {path}");
            }
            assert!(answer.header("permissions-policy").is_some() && answer.header("x-request-id").is_some());
            let is_page = answer.header("content-type").is_some_and(|it| it.starts_with("text/html"));
            let policy = answer.header("content-security-policy").unwrap();
            if is_page {
                // Errors too: the whole policy, and nothing in it that lets texts run.
                assert_eq!(policy, mainstay_pages::assets::CONTENT_SECURITY_POLICY, "{path}");
                assert!(!policy.contains("unsafe") && policy.contains("frame-ancestors 'none'"));
            }
            assert!(policy.contains("default-src 'none'"), "{path}");
            assert!(
                !answer.headers.keys().any(|name| name.as_str().starts_with("access-control-")),
                "{path}"
            );
            if !path.starts_with("/assets/") {
                assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
            }
            if path.starts_with("/api/") && answer.status >= 400 {
                assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
            }
        }
    }
    let preflight = Ask::new("OPTIONS", "/api/v1/me")
        .header("Origin", "https://evil.example")
        .header("Access-Control-Request-Method", "GET");
    let answer = world.client.send(&preflight);
    assert_eq!(answer.status, 405);
    assert!(answer.header("access-control-allow-origin").is_none());
}

#[test]
fn r49_another_host_is_not_answered_and_changes_no_link() {
    let world = World::new(Engine::Sqlite);
    for host in ["evil.example", "127.0.0.1:1", "localhost.evil.example"] {
        let text = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nX-Forwarded-Host: {host}\r\n\r\n");
        assert!(world.client.raw(text.as_bytes()).starts_with("HTTP/1.1 421"), "{host}");
    }
    let forwarded = Ask::get("/healthz").header("X-Forwarded-Host", "evil.example");
    world.client.send(&forwarded).expect(200);
}

#[test]
fn r27_bodies_headers_and_addresses_end_at_their_limits() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let host = world.client.address;
    // A body in pieces, of a length that nobody has said.
    let mut body = format!(
        "POST /api/v1/incidents HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        agent.token
    )
    .into_bytes();
    for _ in 0..20 {
        body.extend_from_slice(format!("{:x}\r\n", 64 * 1024).as_bytes());
        body.extend_from_slice(&vec![b' '; 64 * 1024]);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"0\r\n\r\n");
    assert!(world.client.raw(&body).starts_with("HTTP/1.1 413"));
    let long = "x".repeat(15 * 1024);
    let header = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nX-A: {long}\r\nX-B: {long}\r\n\r\n");
    assert!(world.client.raw(header.as_bytes()).starts_with("HTTP/1.1 431"));
    let many: String = (0..101).map(|number| format!("X-{number}: 1\r\n")).collect();
    let many = format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\n{many}\r\n");
    let answer = world.client.raw(many.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    let address = format!("GET /healthz?{} HTTP/1.1\r\nHost: {host}\r\n\r\n", "x".repeat(9 * 1024));
    assert!(world.client.raw(address.as_bytes()).starts_with("HTTP/1.1 414"));
}

#[test]
fn r28_only_well_formed_json_of_the_right_type_is_read() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_desk_agent"], None);
    let send = |content_type: &str, body: &[u8]| {
        agent.ask(&world, Ask::new("POST", "/api/v1/incidents").body(content_type, body)).status
    };
    assert_eq!(send("text/plain", br#"{"title":"a"}"#), 415);
    assert_eq!(send("application/x-www-form-urlencoded", b"title=a"), 415);
    let nested = format!("{{\"title\":{}", "[".repeat(100_000));
    let bodies: [&[u8]; 7] = [
        br#"{"a":1,"a":2}"#,
        nested.as_bytes(),
        b"\xff\xfe",
        br#"{"title":"\ud800"}"#,
        b"[]",
        b"",
        br#"{"title":"a"} {}"#,
    ];
    for body in bodies {
        let begun = Instant::now();
        assert_eq!(send("application/json", body), 400, "{:?}", &body[..body.len().min(20)]);
        assert!(begun.elapsed() < Duration::from_secs(2));
    }
    assert_eq!(send("application/json; charset=utf-8", br#"{"title":"a"}"#), 201);
    for body in [br#"{"title":1}"#.as_slice(), br#"{"title":"a\u0000b"}"#, br#"{"title":"a","impact":1e400}"#]
    {
        assert!(matches!(send("application/json", body), 400 | 422), "{:?}", String::from_utf8_lossy(body));
    }
}

#[test]
fn r45_errors_tell_nothing_of_the_inside() {
    let world = World::new(Engine::Sqlite);
    let agent = person(&world, "agent", &["service_manager"], None);
    let corpus = [
        "'",
        "\"",
        "';--",
        "%00",
        "../../etc/passwd",
        "%ff",
        "{{7*7}}",
        "9223372036854775808",
        "-1",
        "0",
        "1e9",
        "%E2%80%AE",
        "NaN",
        "[]",
        "{}",
        "a,b,c",
        "%25",
        "*",
        "INC-1%27",
        "00000000-0000-0000-0000-000000000000",
    ];
    let inside = [
        "sqlite",
        "postgres",
        "select ",
        "insert ",
        "panicked",
        "src/",
        ".rs",
        "rusqlite",
        "hyper",
        "axum",
        "stack",
        "/tmp/",
        "constraint",
        "mainstay.db",
    ];
    let names = [
        "q",
        "sort",
        "limit",
        "cursor",
        "state",
        "priority[lte]",
        "caller",
        "as_of",
        "fields",
        "total",
        "id",
    ];
    let mut provoked = 0;
    for text in corpus {
        let mut paths: Vec<String> =
            names.iter().map(|name| format!("/api/v1/incidents?{name}={text}")).collect();
        paths.push(format!("/api/v1/incidents/{}", text.replace(['?', '#'], "")));
        paths.push(format!("/api/v1/incidents/{}/history", text.replace('/', "%2F")));
        paths.push(format!("/api/v1/search?q={text}&limit={text}"));
        paths.push(format!("/api/v1/incidents/export?format={text}"));
        paths.push(format!("/api/v1/reports/sla?targets={text}&from={text}"));
        for path in paths {
            let path = path.replace(['"', '{', '}', '\'', '[', ']'], "%22");
            let answer = agent.get(&world, &path);
            assert!(answer.status < 500, "{path}: {}", answer.text());
            if answer.status >= 400 {
                provoked += 1;
                let told = answer.text().to_lowercase();
                let found = inside.iter().find(|word| told.contains(*word));
                assert!(found.is_none(), "{path} tells {found:?}: {told}");
                assert!(answer.json()["request_id"].is_string());
            }
        }
    }
    assert!(provoked > 100, "{provoked} errors");
}

#[test]
fn r54_a_client_that_never_ends_its_headers_is_closed_and_others_are_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = Config::new(folder.path().join("data"), Arc::new(SystemClock));
    let app = Arc::new(App::open(config, &REGISTRY).expect("an application"));
    let mut settings = Settings::new("127.0.0.1:0".parse().unwrap(), None, false).expect("settings");
    settings.limits.header_time = Duration::from_millis(500);
    let server = serve(app, settings).expect("a server");
    let mut slow: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = TcpStream::connect(server.address).expect("a connection");
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: 127").expect("sent");
            stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a limit");
            stream
        })
        .collect();
    Client::new(server.address).send(&Ask::get("/healthz")).expect(200);
    let begun = Instant::now();
    for stream in &mut slow {
        let mut text = Vec::new();
        stream.read_to_end(&mut text).expect("the server closes it");
        assert!(!text.starts_with(b"HTTP/1.1 200"));
    }
    assert!(begun.elapsed() < Duration::from_secs(10));
}

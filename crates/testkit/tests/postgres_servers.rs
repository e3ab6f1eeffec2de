//! The test servers themselves: fresh databases, crashes, and that nothing stays behind.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use mainstay_testkit::postgres::{Server, ServerError};
use postgres::{Client, NoTls};

/// A statement that lasts for as long as a server may take to notice that its owner is gone.
const PATIENCE: &str = "SELECT pg_sleep(60)";

fn connect(url: &str) -> Client {
    Client::connect(url, NoTls).unwrap()
}

fn one_text(client: &mut Client, query: &str) -> String {
    client.query_one(query, &[]).unwrap().get(0)
}

/// The folder of the socket in an address made by [`Server`].
fn socket_folder(url: &str) -> PathBuf {
    let (_, host) = url.split_once("host=").unwrap();
    PathBuf::from(host.split('&').next().unwrap())
}

#[test]
fn a_fresh_database_is_empty_and_apart_from_the_others() {
    let (one, two) = (Server::shared().fresh_database(), Server::shared().fresh_database());
    connect(&one.url).batch_execute("CREATE TABLE only_here (n bigint)").unwrap();
    let tables = "SELECT count(*)::text FROM pg_tables WHERE tablename = 'only_here'";
    assert_eq!(one_text(&mut connect(&one.url), tables), "1");
    assert_eq!(one_text(&mut connect(&two.url), tables), "0");
    assert_eq!(one_text(&mut connect(&one.url), "SELECT current_database()::text"), one.name);
}

#[test]
fn a_database_goes_with_its_handle_even_while_someone_is_connected() {
    let database = Server::shared().fresh_database();
    let name = database.name.clone();
    let _still_connected = connect(&database.url);
    drop(database);
    let query = format!("SELECT count(*)::text FROM pg_database WHERE datname = '{name}'");
    assert_eq!(one_text(&mut connect(Server::shared().url()), &query), "0");
}

#[test]
fn databases_are_unhelpful_about_zone_and_order() {
    let database = Server::shared().fresh_database();
    let mut client = connect(&database.url);
    assert_ne!(one_text(&mut client, "SHOW timezone"), "UTC");
    let order = "SELECT string_agg(t, '' ORDER BY t) FROM (VALUES ('a'), ('B'), ('c')) AS v(t)";
    assert_eq!(one_text(&mut client, order), "aBc", "the order of bytes would be Bac");
}

#[test]
fn an_answered_commit_survives_a_crash_of_a_durable_server() {
    let server = Server::durable().unwrap();
    let database = server.fresh_database();
    let mut client = connect(&database.url);
    client.batch_execute("CREATE TABLE kept (n bigint); INSERT INTO kept VALUES (7)").unwrap();
    server.crash().unwrap();
    assert!(client.batch_execute("SELECT 1").is_err(), "the crash cuts connections");
    server.restart().unwrap();
    let mut client = connect(&database.url);
    assert_eq!(one_text(&mut client, "SELECT sum(n)::text FROM kept"), "7");
    assert_eq!(one_text(&mut client, "SHOW fsync"), "on");
}

#[test]
fn a_server_of_somebody_else_is_not_ours_to_crash() {
    let ours = Server::fast().unwrap();
    let mut child = with_postgres(&["sh", "-c", "test -n \"$MAINSTAY_TEST_POSTGRES\""], Some(ours.url()));
    assert!(child.wait().unwrap().success(), "an address that is already set is passed on");
    assert!(ours.postmaster().unwrap() > 1);
    connect(ours.url());
    if Server::shared().postmaster().is_err() {
        assert!(matches!(Server::shared().crash(), Err(ServerError::NotOurs)));
    }
}

#[test]
fn the_exit_code_of_the_command_is_passed_on() {
    assert_eq!(with_postgres(&["sh", "-c", "exit 37"], None).wait().unwrap().code(), Some(37));
    assert_eq!(with_postgres(&["sh", "-c", "kill -9 $$"], None).wait().unwrap().code(), Some(137));
    assert_eq!(with_postgres(&["no-such-program"], None).wait().unwrap().code(), Some(125));
}

#[test]
fn the_folder_of_a_server_goes_with_it() {
    let server = Server::fast().unwrap();
    let folder = socket_folder(server.url());
    assert!(folder.is_dir());
    drop(server);
    assert!(!folder.exists());
}

#[test]
fn a_server_ends_when_its_owner_is_killed() {
    // The command says where the server is, then waits for the end of its own input.
    let mut child = with_postgres(&["sh", "-c", "echo \"$MAINSTAY_TEST_POSTGRES\"; read -r _"], None);
    let url = first_line(&mut child);
    let mut client = connect(&url);
    child.kill().unwrap();
    child.wait().unwrap();
    // A server that ends cuts its connections; one that does not lets the statement come to its end.
    assert!(client.batch_execute(PATIENCE).is_err(), "the server did not end");
}

/// Starts `with-postgres COMMAND` with pipes, in an environment where the address is `given` or not set.
fn with_postgres(command: &[&str], given: Option<&str>) -> Child {
    let mut program = Command::new(env!("CARGO_BIN_EXE_with-postgres"));
    program.args(command).env_remove("MAINSTAY_TEST_POSTGRES").stdin(Stdio::piped()).stdout(Stdio::piped());
    if let Some(url) = given {
        program.env("MAINSTAY_TEST_POSTGRES", url);
    }
    let mut child = program.stderr(Stdio::null()).spawn().unwrap();
    child.stdin.as_mut().unwrap().flush().unwrap();
    child
}

fn first_line(child: &mut Child) -> String {
    let mut line = Vec::new();
    let output = child.stdout.as_mut().unwrap();
    let mut byte = [0; 1];
    while output.read(&mut byte).unwrap() == 1 && byte[0] != b'\n' {
        line.push(byte[0]);
    }
    String::from_utf8(line).unwrap()
}

//! Where people begin: the desk with what waits for them or their team, or what nobody has taken, or the board.

use serde_json::json;

use crate::{
    asker::{in_session, person},
    client::{Answer, Ask},
    world::{BOTH, World},
};

fn begins(world: &World, name: &str, roles: &[&str]) -> Answer {
    let session = person(world, name, roles, None).sign_in(world);
    world.client.send(&in_session(Ask::get("/"), &session))
}

#[test]
fn a_desk_shows_what_waits_for_the_person_else_what_nobody_has_taken() {
    for engine in BOTH {
        let world = World::new(engine);
        let agent = person(&world, "agent", &["service_desk_agent"], None);
        let session = agent.sign_in(&world);
        let desk = || world.client.send(&in_session(Ask::get("/"), &session)).expect(200).text();
        assert!(desk().contains("Nothing is left to do"), "{engine:?}");
        let level = |title: &str| json!({"title": title, "impact": "low", "urgency": "low"});
        world.make("incident", level("Nobody has this"));
        assert!(desk().contains("Nobody has this"), "{engine:?}: what nobody has taken");
        let mut mine = level("The agent has this");
        mine["assignee"] = json!(agent.reference);
        world.make("incident", mine);
        let desk = desk();
        assert!(desk.contains("The agent has this"), "{engine:?}: what waits for the person");
        assert!(!desk.contains("Nobody has this"), "{engine:?}: own work comes first");
    }
}

#[test]
fn who_changes_nothing_begins_at_the_board_and_who_does_at_the_desk() {
    for engine in BOTH {
        let world = World::new(engine);
        assert_eq!(begins(&world, "auditor", &["internal_auditor"]).header("location"), Some("/conformity"));
        assert_eq!(begins(&world, "manager", &["change_manager"]).status, 200);
    }
}

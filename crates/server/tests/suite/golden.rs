//! What others depend on: the table of routes with their policies, and the matrix of rights.

use mainstay_app::rights::matrix_text;
use mainstay_kinds::REGISTRY;
use mainstay_server::{all_routes, routes::routes_text};

#[test]
fn r13_every_route_has_a_policy() {
    let text = routes_text(&all_routes());
    let api: Vec<_> =
        text.lines().filter(|line| line.contains(" /api/") || !line.contains("takes form")).collect();
    assert!(api.len() > 20);
    insta::assert_snapshot!("routes", text);
}

#[test]
fn the_matrix_of_rights_is_as_reviewed() {
    insta::assert_snapshot!("rights", matrix_text(&REGISTRY));
}

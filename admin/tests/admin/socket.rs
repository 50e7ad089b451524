//! The socket itself: who may connect, and what is said when it cannot be made or found.

use crate::common::Server;
use admin::{AdminSocket, BindError, Client, ClientError, SOCKET_NAME};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn the_socket_is_for_its_owner_alone_and_goes_with_the_server() {
    let server = Server::start(vec![]).await;
    assert_eq!(fs::metadata(server.socket()).unwrap().permissions().mode() & 0o777, 0o600);
    let path = server.socket();
    let _folder = server.stop().await;
    assert!(!path.exists());
}

#[tokio::test]
async fn says_where_no_server_answers_and_how_to_start_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(SOCKET_NAME);
    let client = Client::of(folder.path());
    let error = client.status().await.unwrap_err().to_string();
    let data = folder.path().display();
    let expected =
        format!("no server answers at {}: start it with `chakana security-server --data {data}`", path.display());
    assert_eq!(error, expected);

    drop(UnixListener::bind(&path).unwrap());
    let client = client.with_start_command("chakana central-registry");
    let error = client.status().await.unwrap_err().to_string();
    assert!(error.ends_with("start it with `chakana central-registry`"), "a dead server's socket: {error}");
}

#[tokio::test]
async fn says_when_the_socket_is_another_users() {
    let server = Server::start(vec![]).await;
    if fs::metadata(server.socket()).unwrap().uid() == 0 {
        println!("skipped: root may connect to any socket");
        return;
    }
    fs::set_permissions(server.socket(), fs::Permissions::from_mode(0o000)).unwrap();
    let error = server.client.status().await.unwrap_err();
    assert!(matches!(error, ClientError::Forbidden { .. }), "{error}");
}

#[tokio::test]
async fn refuses_a_folder_whose_path_is_too_long() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("a".repeat(100));
    fs::create_dir(&deep).unwrap();
    let refused = AdminSocket::bind(&deep).unwrap_err();
    assert!(matches!(refused, BindError::TooLong { .. }), "{refused}");
    assert!(refused.to_string().ends_with("a unix socket at most 107: choose a shorter data folder"), "{refused}");
    let refused = Client::of(&deep).status().await.unwrap_err();
    assert!(matches!(refused, ClientError::TooLong { .. }), "{refused}");

    let longest = 107 - folder.path().as_os_str().len() - 2 - SOCKET_NAME.len();
    let fits = folder.path().join("b".repeat(longest));
    fs::create_dir(&fits).unwrap();
    assert!(AdminSocket::bind(&fits).is_ok(), "107 bytes fit");
}

#[tokio::test]
async fn refuses_a_folder_where_a_server_runs() {
    let server = Server::start(vec![]).await;
    let refused = AdminSocket::bind(server.folder.path()).unwrap_err();
    assert!(matches!(refused, BindError::InUse { .. }), "{refused}");
    server.client.status().await.expect("the running server is not disturbed");
}

#[tokio::test]
async fn replaces_the_socket_of_a_dead_server() {
    let folder = tempfile::tempdir().unwrap();
    drop(UnixListener::bind(folder.path().join(SOCKET_NAME)).unwrap());
    drop(UnixListener::bind(folder.path().join("admin.new")).unwrap());
    let api = crate::common::api(crate::common::lines_in(folder.path())).await;
    let shutdown = CancellationToken::new();
    let socket = AdminSocket::bind(folder.path()).unwrap();
    assert_eq!(socket.path(), folder.path().join(SOCKET_NAME));
    let serving = tokio::spawn(socket.serve(api, shutdown.clone()));
    Client::of(folder.path()).status().await.unwrap();
    shutdown.cancel();
    serving.await.unwrap();
}

#[tokio::test]
async fn leaves_alone_what_is_not_a_socket() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(SOCKET_NAME);
    fs::write(&path, "notes").unwrap();
    let refused = AdminSocket::bind(folder.path()).unwrap_err();
    assert!(matches!(refused, BindError::NotASocket { .. }), "{refused}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "notes");
}

#[tokio::test]
async fn refuses_a_folder_that_does_not_exist() {
    let folder = tempfile::tempdir().unwrap();
    let api = crate::common::api(crate::common::lines_in(folder.path())).await;
    let refused = admin::serve(&folder.path().join("missing"), api, CancellationToken::new()).await.unwrap_err();
    assert!(matches!(refused, BindError::File { .. }), "{refused}");
}

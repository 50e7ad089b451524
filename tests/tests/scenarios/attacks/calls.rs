//! Calls of a plugin that take long: whoever asks for many at once has no more than a part of what the plugin answers at once.

use super::{Port, SOON, request, until_closed};
use listener::Limits;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;

const SLOW: &str = r#"
[web]
routes = ["/", "/endless"]

[limits]
concurrent-calls = 2
time = "10 s"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_whose_calls_take_long_leaves_others_their_part_of_a_plugin() {
    let port = Port::to(SLOW, Limits::default(), citizens_gateway::Limits::default()).await;
    let mut slow = port.harmful("http/1.1").await;
    slow.write_all(format!("{}\r\n", request("GET", "/endless")).as_bytes()).await.unwrap();
    // Which of the two comes first is not known.
    let refused = async {
        loop {
            let mut more = port.harmful("http/1.1").await;
            more.write_all(format!("{}connection: close\r\n\r\n", request("GET", "/")).as_bytes()).await.unwrap();
            let heard = until_closed(&mut more).await;
            if !heard.starts_with("HTTP/1.1 200") {
                break heard;
            }
        }
    };
    let refused = timeout(SOON, refused).await.expect("it is refused");
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("retry-after:"), "{refused}");
    port.serves_others().await;
    drop(slow);
    port.close().await;
}

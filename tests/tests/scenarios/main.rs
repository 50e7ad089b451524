//! Scenarios that see the whole system, in one program: each alone would be as large as all of them, and take as long to build.

mod authentication;
mod citizens_port;
mod completeness;
mod configuration_and_time;
mod disk;
mod erasure;
mod evidence;
mod exchange;
mod exchanges_go_on;
mod gateway;
mod plugin_behaviour;
mod plugin_documents;
mod plugins;
mod plugins_restored;
mod recorded_conversation;
mod refusals_between_servers;
mod refusals_of_answers;
mod refusals_of_clients;
mod refusals_of_packages;
mod refusals_of_providers;
mod registry;
mod repetitions;
mod several_servers;
mod sign_in;
mod submissions;
mod timestamps;

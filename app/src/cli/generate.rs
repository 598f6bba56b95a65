//! `trainyard generate`: a run's model writes, token by token.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use engine::{
    generate::Sampling,
    protocol::{Command, Event, Problem, Reply},
};
use serde_json::json;

use super::office::Office;

pub(super) fn run(asked: &super::Generate) -> Result<ExitCode, Problem> {
    let usual = Sampling::default();
    let sampling = Sampling {
        temperature: asked.temperature.unwrap_or(usual.temperature),
        top_k: asked.top_k.unwrap_or(usual.top_k),
        top_p: asked.top_p.unwrap_or(usual.top_p),
        min_p: asked.min_p.unwrap_or(usual.min_p),
        repetition_penalty: asked.repetition_penalty.unwrap_or(usual.repetition_penalty),
        beams: asked.beams.unwrap_or(usual.beams),
        seed: asked.seed.unwrap_or(usual.seed),
        tokens: asked.tokens.unwrap_or(usual.tokens),
        stop: asked.stop.clone(),
    };
    let mut office = Office::open();
    let (folder, run) = asked.run.find(&mut office)?;
    let prompt = asked.prompt.clone();
    let command = Command::Generate { folder, run: run.id, prompt, sampling };
    let mut told = io::stdout();
    let reply = office.ask_and_hear(command, |event| {
        let Event::Said { said, .. } = event else { return };
        // Who closes the pipe has read enough; the answer is not long in coming.
        let _ = if asked.json {
            serde_json::to_writer(&mut told, &said).map_err(io::Error::from).and_then(|()| writeln!(told))
        } else {
            write!(told, "{}", said.text)
        };
        let _ = told.flush();
    })?;
    if let Reply::Generated(text) = reply {
        if asked.json {
            println!("{}", json!({ "prompt": asked.prompt, "text": text }));
        } else {
            println!();
        }
    }
    Ok(ExitCode::SUCCESS)
}

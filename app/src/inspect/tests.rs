//! What a map is written as.

use engine::{
    inspect::{Answer, Look, Sequence},
    protocol::Split,
};

use super::{export, scene::Map};
use crate::{state::Opened, theme};

fn look() -> Look {
    Look {
        step: 640,
        row: 5,
        split: Split::Validation,
        sample: 2,
        samples: 9,
        truth: "7".into(),
        answer: Answer::Number(1.0),
        layers: Vec::new(),
        rollout: None,
        average: None,
        sequences: vec![Sequence { steps: vec!["say \"a\"".into(), "<b>".into()], ..Sequence::default() }],
        steps: 2,
        steps_can_go: false,
        takes_text: false,
        images: Vec::new(),
        cam_nodes: Vec::new(),
        cam: None,
        neurons: None,
    }
}

fn map() -> Map<'static> {
    let title = Opened::Head { node: "block.1.attend".into(), head: 0 };
    Map { title, queries: 2, keys: 2, shares: vec![1.0, 0.0, 0.25, 0.75], layer: None }
}

#[test]
fn files_are_named_by_what_they_show() {
    let name = export::file_name(engine::protocol::RunId(3), &look(), &map(), "png");
    assert_eq!(name, "run-3-step-640-sample-3-block-1-attend-1.png");
}

#[test]
fn a_table_has_the_steps_and_the_shares() {
    let bytes = export::content(&theme::DARK, &look(), &map(), "csv").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let wanted = "\"\",\"say \"\"a\"\"\",\"<b>\"\n\"say \"\"a\"\"\",1,0\n\"<b>\",0.25,0.75\n";
    assert_eq!(text, wanted);
}

#[test]
fn pictures_have_a_cell_a_share() {
    let bytes = export::content(&theme::LIGHT, &look(), &map(), "svg").unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert_eq!(text.matches("<title>").count(), 4);
    assert!(text.contains("&lt;b&gt;") && !text.contains("<b>"), "{text}");

    let bytes = export::content(&theme::LIGHT, &look(), &map(), "png").unwrap();
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height), (32, 32));
    let pixel = |x: usize, y: usize| &pixels[3 * (y * 32 + x)..][..3];
    assert_ne!(pixel(0, 0), pixel(16, 0));
    assert_eq!(pixel(0, 0), pixel(15, 15));
}

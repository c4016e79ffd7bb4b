//! Reads a body chunk by chunk up to a cap; a body that breaks off is no body.

use super::{coding, failure};
use crate::model::FetchFailure;
use bytes::{Bytes, BytesMut};
use reqwest::Response;

/// The bytes on the wire, all of them or a failure.
pub(super) async fn read(mut answer: Response, most: usize) -> Result<Bytes, FetchFailure> {
    let announced = answer.content_length().unwrap_or(0);
    if announced > most as u64 {
        return Err(coding::too_large(most));
    }
    let first = chunk(&mut answer).await?.unwrap_or_default();
    // Most feeds that are polled often come in one piece: no copy for them.
    let Some(second) = chunk(&mut answer).await? else { return within(first, most) };
    let mut body = BytesMut::with_capacity(usize::try_from(announced).unwrap_or(0));
    body.extend_from_slice(&first);
    let mut next = Some(second);
    while let Some(piece) = next {
        if body.len() + piece.len() > most {
            return Err(coding::too_large(most));
        }
        body.extend_from_slice(&piece);
        next = chunk(&mut answer).await?;
    }
    Ok(body.freeze())
}

async fn chunk(answer: &mut Response) -> Result<Option<Bytes>, FetchFailure> {
    answer.chunk().await.map_err(failure::from_error)
}

fn within(body: Bytes, most: usize) -> Result<Bytes, FetchFailure> {
    if body.len() > most { Err(coding::too_large(most)) } else { Ok(body) }
}

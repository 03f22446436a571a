#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "core/layers/named_tensors.h"

namespace fanlight {

/// What a network is conditioned on, a row for each row of the hidden tensor; where a micro-batch is guided, the
/// unconditional rows come first. What a network does not take is undefined.
struct Conditioning {
    at::Tensor context = {};  ///< [B, S, D]: the text, token by token; filled up with zeros behind a shorter row's end
    at::Tensor pooled = {};   ///< [B, D']: the text as one vector
    at::Tensor ids = {};      ///< [B, S, axes]: positions of the context's tokens
    at::Tensor mask = {};     ///< [B, S] bool: which tokens are their row's own; undefined: all
};

/// One below the other. The rows may be of any lengths: shorter ones are filled up, and masked there.
Conditioning joined(const std::vector<Conditioning>& rows);

/// Puts what is there among the tensors that travel; from them taken_conditioning() takes it again, if any is there.
void put(const Conditioning& conditioning, NamedTensors& tensors);
std::optional<Conditioning> taken_conditioning(NamedTensors& tensors);

}  // namespace fanlight

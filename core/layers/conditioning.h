#pragma once

#include <ATen/core/Tensor.h>

#include <optional>
#include <vector>

#include "core/layers/named_tensors.h"

namespace fanlight {

/// What a network is conditioned on, one row for each row of the hidden tensor; in a guided micro-batch the
/// unconditional rows come first. Tensors that a network does not use are undefined.
struct Conditioning {
    at::Tensor context = {};  ///< [B, S, D]: the text, token by token; shorter rows are padded with zeros
    at::Tensor pooled = {};   ///< [B, D']: the text as one vector
    at::Tensor numbers = {};  ///< [B, n] float32: what is told of the picture besides, such as its size
    at::Tensor ids = {};      ///< [B, S, axes]: positions of the context's tokens
    at::Tensor mask = {};     ///< [B, S] bool: false for padding; undefined: there is none
};

/// Stacks them. The rows may have different lengths: shorter ones are padded and masked.
Conditioning joined(const std::vector<Conditioning>& rows);

/// `count` of its rows from `first` on, as views.
Conditioning rows_of(const Conditioning& conditioning, int64_t first, int64_t count);

Conditioning on_device(Conditioning conditioning, at::Device device);

/// Adds its defined tensors to those that are sent; taken_conditioning() takes them out again, if there are any.
void put(const Conditioning& conditioning, NamedTensors& tensors);
std::optional<Conditioning> taken_conditioning(NamedTensors& tensors);

}  // namespace fanlight

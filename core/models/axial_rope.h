#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/layers/layers.h"
#include "core/layers/state.h"
#include "core/weights/transfer.h"

namespace fanlight {

/// By how much the heads of some tokens are turned, pairs of neighbours each (rotary embeddings, Su et al. 2021).
struct Turns {
    at::Tensor cos, sin;  ///< [L, head_dim / 2] float32

    Turns of(int64_t first, int64_t count) const { return {cos.narrow(0, first, count), sin.narrow(0, first, count)}; }
};

/// How the places of tokens in pictures and texts become turns: each axis turns as many numbers of a head.
struct AxialRope {
    std::vector<int64_t> axes;  ///< even
    double theta;
    bool rounds_angles;  ///< to float32, before their cosines are taken

    /// ids: [L, axes] float64, the place of each token on each axis; on the CPU
    Turns operator()(const at::Tensor& ids) const;
};

/// [height * width, 2] float64: row and column, row by row.
at::Tensor grid_ids(int64_t height, int64_t width);

/// What `make` returns, once for each device and a layer's memory. The host does not wait for the device.
template <typename Make>
Turns kept_turns(Memory& memory, const std::string& name, at::Device device, const Make& make) {
    std::vector<at::Tensor>& kept = memory[name + " " + device.str()];
    if (kept.empty()) {
        const Turns turns = make();
        kept = {to_device(turns.cos, device), to_device(turns.sin, device)};
    }
    return {kept[0], kept[1]};
}

/// Norms and turns each head. x: [R, L, heads * d], a view of rows, too -> the same, contiguous
at::Tensor turned_heads(const at::Tensor& x, int64_t heads, const RMSNorm& norm, const Turns& turns);

}  // namespace fanlight

#include "core/pipelines/tiled_decoding.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "core/weights/transfer.h"

namespace fanlight {

namespace {

constexpr int64_t rows_of_picture = 2, columns_of_picture = 3;

/// Fades from the end of `before` to the beginning of `tile`, in place, over at most `extent` pixels.
void fade_over(const at::Tensor& before, const at::Tensor& tile, int64_t dim, int64_t extent) {
    const int64_t length = std::min({extent, before.size(dim), tile.size(dim)});
    std::vector<float> leaving, coming;  // rounded as diffusers' scalars
    for (int64_t i = 0; i < length; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(length);
        leaving.push_back(static_cast<float>(1 - share));
        coming.push_back(static_cast<float>(share));
    }
    std::vector<int64_t> shape(4, 1);
    shape[static_cast<size_t>(dim)] = length;
    const auto weights = [&](const std::vector<float>& values) {
        return to_device(at::tensor(values).view(shape), tile.device());
    };
    const at::Tensor beginning = tile.narrow(dim, 0, length);
    const at::Tensor end = before.narrow(dim, before.size(dim) - length, length);
    beginning.copy_(end * weights(leaving) + beginning * weights(coming));
}

}  // namespace

void decode_in_tiles(const at::Tensor& latents, const VaeTiles& tiles,
                     const std::function<at::Tensor(const at::Tensor& tile)>& decode,
                     const std::function<void(const at::Tensor& strip)>& take) {
    const int64_t h = latents.size(rows_of_picture), w = latents.size(columns_of_picture);
    const int64_t fade = tiles.overlap() * tiles.factor, kept = tiles.step() * tiles.factor;
    const auto part = [](const at::Tensor& whole, int64_t dim, int64_t begin, int64_t length) {
        return whole.narrow(dim, begin, std::min(length, whole.size(dim) - begin));
    };
    std::vector<at::Tensor> ends_above;  // of the tiles that overlap these
    for (int64_t y = 0; y < h; y += tiles.step()) {
        std::vector<at::Tensor> row, ends;
        at::Tensor left;
        for (int64_t x = 0; x < w; x += tiles.step()) {
            const at::Tensor of_rows = part(latents, rows_of_picture, y, tiles.side);
            const at::Tensor own = part(of_rows, columns_of_picture, x, tiles.side).contiguous();
            const at::Tensor tile = decode(own).to(at::kFloat);
            if (y > 0) fade_over(ends_above[row.size()], tile, rows_of_picture, fade);
            if (x > 0) fade_over(left, tile, columns_of_picture, fade);
            const int64_t end = std::min(fade, tile.size(rows_of_picture));
            ends.push_back(tile.slice(rows_of_picture, tile.size(rows_of_picture) - end).clone());
            left = tile;
            row.push_back(part(part(tile, rows_of_picture, 0, kept), columns_of_picture, 0, kept));
        }
        take(at::cat(row, columns_of_picture));
        ends_above = std::move(ends);
    }
}

}  // namespace fanlight

#include "core/families/parts/picture_decoder_costs.h"

#include <algorithm>

#include "core/families/parts/autoencoder_config.h"
#include "core/families/parts/autoencoder_tiny_config.h"
#include "core/families/parts/component_costs.h"
#include "core/families/parts/vae_tiles.h"

namespace fanlight {

namespace {

/// In tiles, a decoder takes as long as for all of their pixels and as much memory as for one of them; besides, there
/// is what it has made of them.
PartDescription tiled_decoder_costs(const ModelFiles& model, const Json& config, const DescribedShape& shape,
                                    int64_t height, int64_t width) {
    const VaeTiles tiles(config);
    const auto decoded = [&](int64_t pixels) {
        const auto blocks = static_cast<int64_t>(AutoencoderConfig(config).channels.size());
        return decoder_costs(model.tensors("vae"), shape, static_cast<double>(pixels), blocks);
    };
    if (!tiles.cut(height, width)) return decoded(height * width);
    PartDescription part = decoded(tiles.pixels_of_all(height, width));
    const int64_t of_tile = std::min(height, tiles.side) * std::min(width, tiles.side);
    part.working_bytes = decoded(of_tile).working_bytes + tiles.kept_bytes(height, width);
    return part;
}

}  // namespace

int64_t latent_factor(const ModelFiles& model) {
    const Json config = model.config("vae");
    if (is_tiny_autoencoder(config)) return AutoencoderTinyConfig(config).factor();
    return AutoencoderConfig(config).factor();
}

PartDescription picture_decoder_costs(const ModelFiles& model, const DescribedShape& shape, int64_t height,
                                      int64_t width) {
    const Json config = model.config("vae");
    const bool is_tiny = is_tiny_autoencoder(config);
    const int64_t patch = is_tiny ? 1 : AutoencoderConfig(config).patch;
    height *= patch;
    width *= patch;
    if (shape.vae_tiling) return tiled_decoder_costs(model, config, shape, height, width);
    const auto pixels = static_cast<double>(height * width);
    if (is_tiny) return tiny_decoder_costs(model.tensors("vae"), shape, pixels, AutoencoderTinyConfig(config));
    const auto blocks = static_cast<int64_t>(AutoencoderConfig(config).channels.size());
    return decoder_costs(model.tensors("vae"), shape, pixels, blocks);
}

int64_t mapped_bytes(const ModelFiles& model, const std::vector<StoredTensors>& text_encoders,
                     const DescribedShape& shape) {
    DescribedShape decoded = shape;
    decoded.packed = false;  // the decoder is loaded as a whole
    int64_t bytes =
        mapped_bytes(model.tensors("transformer"), shape) + mapped_bytes(model.tensors("vae"), decoded, is_of_decoder);
    for (const StoredTensors& encoder : text_encoders) bytes += mapped_bytes(encoder, shape, is_of_text_encoder);
    return bytes;
}

}  // namespace fanlight

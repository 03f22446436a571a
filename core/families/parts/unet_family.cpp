#include "core/families/parts/unet_family.h"

#include <algorithm>

#include "core/families/parts/autoencoder_config.h"
#include "core/families/parts/autoencoder_tiny_config.h"
#include "core/families/parts/component_costs.h"
#include "core/families/parts/picture_decoder_costs.h"
#include "core/families/parts/unet_costs.h"
#include "core/families/parts/unet_modules.h"

namespace fanlight {

namespace {

/// Of all encoders, one after the other.
PartDescription text_costs(const UNetFamily& kind, const ModelFiles& model, const DescribedShape& shape,
                           int64_t tokens) {
    PartDescription all;
    for (const ClipEncoder& encoder : kind.encoders) {
        const PartDescription own = text_encoder_costs(model.tensors(encoder.component), shape, tokens);
        all.bytes += own.bytes;
        all.flops += own.flops;
        all.working_bytes = std::max(all.working_bytes, own.working_bytes);
    }
    return all;
}

}  // namespace

void check_output(const UNetConfig& unet) {
    if (unet.out_channels > unet.in_channels)
        throw Error("%1: out_channels is %2 and in_channels %3; networks that learn the variance are not supported.",
                    "unet/config.json", unet.out_channels, unet.in_channels);
}

int64_t told_numbers(const UNetFamily& kind, const UNetConfig& unet, const TextWidths& text) {
    if (unet.added_width == 0) return 0;
    // Original height and width, top and left of the crop, then height and width or an aesthetic score.
    const int64_t numbers = kind.tells_beauty ? 5 : 6;
    if (text.pooled == 0)
        throw Error("%1: \"%2\" is %3; only null is supported.", "unet/config.json", "addition_embed_type",
                    "\"text_time\"");
    const int64_t width = text.pooled + numbers * unet.number_width;
    if (unet.added_width != width)
        throw Error(
            "unet/config.json: \"projection_class_embeddings_input_dim\" is %1; with a text of %2 and %3 numbers of %4 "
            "it "
            "must be %5",
            unet.added_width, text.pooled, numbers, unet.number_width, width);
    return numbers;
}

bool sees_zeros(const UNetFamily& kind, const ModelFiles& model) {
    return kind.zeros_without_negative &&
           optional_or<bool>(model.index(), "force_zeros_for_empty_prompt", true, model.path().string());
}

bool upcasts_decoder(const UNetFamily& kind, const ModelFiles& model) {
    const Json config = model.config("vae");
    return kind.upcasts_decoder && !is_tiny_autoencoder(config) && AutoencoderConfig(config).force_upcast;
}

ModelDescription describe_unet_model(const UNetFamily& kind, const ModelFiles& model, const DescribedShape& asked) {
    const UNetConfig config(model.config("unet"));
    DescribedShape shape = asked;
    if (config.guidance_width > 0) shape.guided = false;  // it takes the scale as an input
    const int64_t factor = latent_factor(model);
    const int64_t height = shape.height / factor, width = shape.width / factor;
    if (height < 1 || width < 1 || shape.height % factor != 0 || shape.width % factor != 0)
        throw Error("Width and height must be multiples of %1 for this model, not %2x%3", factor, shape.width,
                    shape.height);
    const TextWidths text = text_widths(model, kind.encoders);
    check_output(config);
    told_numbers(kind, config, text);
    model.tensors("unet");  // refuses a model without its network

    ModelDescription description{.shape = shape, .component = "unet", .network = unet_modules(config, shape.dtype)};
    description.layers = unet_costs(config, description.network, shape, height, width, text.tokens);
    DescribedShape whole = shape;  // of what is loaded as a whole
    whole.packed = false;
    description.text_encoder = text_costs(kind, model, whole, text.tokens);
    DescribedShape decoded = whole;
    if (shape.dtype == "float16" && upcasts_decoder(kind, model)) decoded.dtype = "float32";
    description.decoder = picture_decoder_costs(model, decoded, height, width);
    description.mapped_bytes =
        mapped_bytes(model.tensors("unet"), shape) + mapped_bytes(model.tensors("vae"), decoded, is_of_decoder);
    for (const ClipEncoder& encoder : kind.encoders)
        description.mapped_bytes += mapped_bytes(model.tensors(encoder.component), whole);
    description.embedding_bytes = whole_bytes(static_cast<double>(text.tokens * text.hidden + text.pooled) *
                                              static_cast<double>(dtype_byte_size(shape.dtype)));
    return description;
}

}  // namespace fanlight

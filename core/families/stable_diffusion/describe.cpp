#include "core/families/stable_diffusion/describe.h"

#include "core/families/parts/autoencoder_config.h"
#include "core/families/parts/clip_config.h"
#include "core/families/parts/component_costs.h"
#include "core/families/parts/unet_costs.h"
#include "core/families/parts/unet_modules.h"

namespace fanlight {

int64_t latent_factor(const ModelFiles& model) {
    return int64_t{1} << (AutoencoderConfig(model.config("vae")).channels.size() - 1);
}

int64_t text_length(const ModelFiles& model) { return ClipConfig(model.config("text_encoder")).positions; }

ModelDescription describe_stable_diffusion(const ModelFiles& model, const DescribedShape& shape) {
    const int64_t factor = latent_factor(model), text = text_length(model);
    const int64_t height = shape.height / factor, width = shape.width / factor;
    if (height < 1 || width < 1 || shape.height % factor != 0 || shape.width % factor != 0)
        throw Error("Width and height must be multiples of %1 for this model, not %2x%3", factor, shape.width,
                    shape.height);
    const UNetConfig config(model.config("unet"));
    model.tensors("unet");  // refuses a model without its network

    ModelDescription description{.shape = shape, .component = "unet", .network = unet_modules(config, shape.dtype)};
    description.layers = unet_costs(config, description.network, shape, height, width, text);
    description.text_encoder = text_encoder_costs(model.tensors("text_encoder"), shape, text);
    description.decoder = decoder_costs(model.tensors("vae"), shape, static_cast<double>(height * width),
                                        static_cast<int64_t>(AutoencoderConfig(model.config("vae")).channels.size()));
    description.mapped_bytes = mapped_bytes(model.tensors("unet"), shape.dtype) +
                               mapped_bytes(model.tensors("text_encoder"), shape.dtype) +
                               mapped_bytes(model.tensors("vae"), shape.dtype, is_of_decoder);
    description.embedding_bytes =
        whole_bytes(static_cast<double>(text) * static_cast<double>(ClipConfig(model.config("text_encoder")).width) *
                    static_cast<double>(dtype_byte_size(shape.dtype)));
    return description;
}

}  // namespace fanlight

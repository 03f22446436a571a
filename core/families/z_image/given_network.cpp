#include "core/families/z_image/given_network.h"

#include "core/base/text.h"
#include "core/families/parts/given_component.h"
#include "core/families/z_image/checkpoint.h"

namespace fanlight {

namespace {

constexpr const char* component = "transformer";

}  // namespace

std::vector<OtherComponent> read_given_z_image(const ModelFiles& model, const std::filesystem::path& path) {
    static const Sentence advice("give a network of Z-Image, such as z_image_turbo_bf16.safetensors.");
    const GivenComponent given(path, model.component(component).weights);
    const auto prefix = z_image_prefix(given.entries);
    if (!prefix)
        throw Error("%1 is not a network of Z-Image: it has none of the tensors %2; %3", given.place,
                    one_of(z_image_keys()), advice);
    const Json config = model.config(component);
    const TensorEntries tensors = z_image_tensors(CheckpointPart(given.source(advice), *prefix), config);
    check_same_tensors(given, tensors, model.tensors(component), advice);
    return {{component, "ZImageTransformer2DModel", config, given.stored_as(tensors), given.place}};
}

}  // namespace fanlight

#include "core/families/stable_diffusion_xl/traits.h"

#include "core/families/parts/unet_traits.h"

namespace fanlight {

namespace {

/// Podell et al. 2023, appendix I: those that its fine-tunes go by, of about 1024x1024 pixels.
const std::vector<PictureSize>& buckets() {
    static const std::vector<PictureSize> sizes = {{640, 1536}, {768, 1344}, {832, 1216}, {896, 1152}, {1024, 1024},
                                                   {1152, 896}, {1216, 832}, {1344, 768}, {1536, 640}};
    return sizes;
}

}  // namespace

ModelTraits stable_diffusion_xl_traits(const ReadConfig& read) {
    const auto [index, index_file] = read(index_config);
    ModelTraits traits = unet_traits(read, 30, 5);
    traits.tells_absent_negative = optional_or<bool>(index, "force_zeros_for_empty_prompt", true, index_file);
    traits.takes_sizes = true;
    traits.takes_second_prompts = true;
    if (traits.width == 1024 && traits.height == 1024) traits.sizes = buckets();
    traits.a1111_clip_skip = 0;  // it takes the layer before the last, whatever its setting says
    return traits;
}

}  // namespace fanlight

#include "core/families/stable_diffusion_xl/traits.h"

#include "core/families/parts/unet_traits.h"

namespace fanlight {

ModelTraits stable_diffusion_xl_traits(const ReadConfig& read) {
    const auto [index, index_file] = read(index_config);
    ModelTraits traits = unet_traits(read);
    traits.steps = 30;
    traits.cfg_scale = 5;
    traits.tells_absent_negative = optional_or<bool>(index, "force_zeros_for_empty_prompt", true, index_file);
    traits.takes_sizes = true;
    traits.a1111_clip_skip = 0;  // it takes the layer before the last, whatever its setting says
    return traits;
}

}  // namespace fanlight

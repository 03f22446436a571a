#include "core/families/stable_diffusion_xl/network/stable_diffusion_xl.h"

#include "core/families/stable_diffusion_xl/family.h"
#include "core/families/stable_diffusion_xl/kind.h"
#include "core/pipelines/unet_denoiser.h"

namespace fanlight {

NetworkHalf stable_diffusion_xl_network() {
    return unet_network<&stable_diffusion_xl_kind>(stable_diffusion_xl().name);
}

}  // namespace fanlight

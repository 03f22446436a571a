#include "core/families/stable_diffusion/network/stable_diffusion.h"

#include "core/families/stable_diffusion/family.h"
#include "core/families/stable_diffusion/kind.h"
#include "core/pipelines/unet_denoiser.h"

namespace fanlight {

NetworkHalf stable_diffusion_network() { return unet_network<&stable_diffusion_kind>(stable_diffusion().name); }

}  // namespace fanlight

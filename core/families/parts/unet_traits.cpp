#include "core/families/parts/unet_traits.h"

#include <charconv>

#include "core/base/config_numbers.h"

namespace fanlight {

namespace {

int positive(const Json& value, int max, const char* key, const Place& where) {
    return static_cast<int>(whole_number({{key, value}}, key, 1, max, where));
}

/// Before diffusers 0.9 (versions such as "0.8.1", "0.8.0.dev0") the config of Stable Diffusion 1 had a wrong size.
bool before_0_9(const Json& config, const Place& where) {
    const auto version = optional_or<std::string>(config, "_diffusers_version", "", where);
    int minor = 9;
    if (version.starts_with("0.")) std::from_chars(version.data() + 2, version.data() + version.size(), minor);
    return minor < 9;
}

/// Height and width of the latents that the network was trained with: "sample_size" is a number or [height, width].
std::pair<int, int> sample_size(const Json& unet, const Place& where) {
    constexpr int max = 1024;
    const Json size = required<Json>(unet, "sample_size", where);
    if (size.is_array() && size.size() == 2)
        return {positive(size[0], max, "sample_size", where), positive(size[1], max, "sample_size", where)};
    int side = positive(size, max, "sample_size", where);
    if (side < 64 && before_0_9(unet, where)) side = 64;
    return {side, side};
}

/// Number of pixels per latent in each direction: each block of the VAE except the last halves the picture.
int vae_scale_factor(const Json& vae, const Place& where) {
    const auto channels = whole_numbers(vae, "block_out_channels", 1, max_width, where);
    if (channels.empty() || channels.size() > 8)
        throw Error("%1: \"block_out_channels\" must list 1 to 8 blocks, not %2", where, channels.size());
    return 1 << (channels.size() - 1);
}

}  // namespace

ModelTraits unet_traits(const ReadConfig& read, int usual_steps, double usual_cfg_scale) {
    const auto [unet, unet_file] = read("unet");
    const auto [height, width] = sample_size(unet, unet_file);
    const auto [vae, vae_file] = read("vae");
    const int factor = vae_scale_factor(vae, vae_file);
    const bool takes_the_scale = optional_or<Json>(unet, "time_cond_proj_dim", nullptr, unet_file).is_number();
    return {.width = width * factor,
            .height = height * factor,
            .steps = takes_the_scale ? 4 : usual_steps,
            .cfg_scale = takes_the_scale ? 8.5 : usual_cfg_scale,
            .size_step = factor,
            .guidance = takes_the_scale ? GuidanceKind::Distilled : GuidanceKind::Real};
}

}  // namespace fanlight

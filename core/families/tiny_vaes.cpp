#include "core/families/tiny_vaes.h"

#include <algorithm>
#include <string_view>

namespace fanlight {

namespace {

struct TinyVae {
    std::string_view family, name;
};
constexpr TinyVae tiny_vaes[] = {{"stable_diffusion", "taesd"}, {"stable_diffusion_xl", "taesdxl"}};

}  // namespace

std::string tiny_vae_name(const Family& family) {
    const auto found = std::ranges::find_if(tiny_vaes, [&](const TinyVae& each) { return each.family == family.name; });
    return found == std::end(tiny_vaes) ? "" : std::string(found->name);
}

}  // namespace fanlight

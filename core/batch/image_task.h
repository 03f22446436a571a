#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "core/base/shared.h"
#include "core/base/shared_text.h"
#include "core/batch/prompt_layout.h"
#include "core/batch/prompt_row.h"
#include "core/batch/task.h"

namespace fanlight {

/// Permitted widths and heights of an image, in pixels.
struct SideRule {
    int min = 8;
    int max = 16384;
    int step = 8;

    bool allows(int side) const { return side >= min && side <= max && side % step == 0; }
    /// The nearest permitted side.
    int nearest(double side) const;
};
inline constexpr SideRule image_side;

/// Whether a cfg_scale has any effect; if so, the network is evaluated both with and without the prompt.
constexpr bool guides(double scale) { return scale > 1; }

/// An image to make: everything that determines it except the recipe. The first kind of task in the table; task.h
/// documents the members.
struct ImageTask {
    std::string prompt;
    SharedText negative_prompt;
    uint64_t seed = 0;
    int steps = 0;
    double cfg_scale = 0;  ///< see guides()
    int width = 0;         ///< pixels, see image_side
    int height = 0;        ///< pixels, see image_side
    SharedText sampler;    ///< a name from core/batch/names.h
    SharedText schedule;   ///< a name of core/batch/names.h; "default": the one in the model's scheduler config
    int clip_skip = 0;     ///< number of last text encoder layers to skip (0: none, which A1111 calls 1)
    Emphasis emphasis = Emphasis::Literal;
    Shared<PromptLayout> layout;     ///< see prompt_layout()
    std::optional<double> eta = {};  ///< how much noise the sampler draws; nullopt: as much as is usual for it
    double rescale_cfg = 0;          ///< share of guidance that is rescaled to the contrast of the prompt alone
    double cfg_end = 1;              ///< share of the steps that are guided; the rest follows the prompt alone

    bool operator==(const ImageTask&) const = default;

    bool guided() const { return guided_steps() > 0; }
    /// The first of the steps; none without guidance.
    int guided_steps() const;
    /// What the plan has found out about its prompts, which the worker checks.
    const PromptLayout& prompt_layout() const;

    static constexpr const char* kind = "image";
    static constexpr const char* suffix = ".png";
    static constexpr bool padded = true;
    static constexpr bool ends_alone = false;
    double work() const;
    double size() const { return static_cast<double>(width) * height; }
    int evaluations() const { return steps; }
    std::weak_ordering batch_order(const ImageTask& other) const;
    size_t text_bytes() const { return prompt.size() + negative_prompt.size(); }
    TaskShape shape() const { return {.width = width, .height = height, .guided = guided()}; }
    std::string summary() const;
    ImageTask with(const Overrides& values) const;
    void check(const std::string& where) const;
    void share_texts(const ImageTask& other);
    void write(nlohmann::json& parameters) const;
    static ImageTask read(const nlohmann::json& parameters);
};

}  // namespace fanlight

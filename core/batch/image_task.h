#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/place.h"
#include "core/base/shared.h"
#include "core/base/shared_text.h"
#include "core/batch/picture_part.h"
#include "core/batch/prompt_layout.h"
#include "core/batch/prompt_row.h"
#include "core/batch/task.h"
#include "core/batch/timesteps.h"

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

/// Of ImageTask::cfg_scale.
inline constexpr double most_cfg_scale = 100;

/// Where a refiner takes over unless something else is said.
inline constexpr double usual_refiner_switch = 0.8;

/// An image to make: everything that determines it except the recipe. The first kind of task in the table; task.h
/// documents the members.
struct ImageTask {
    std::string prompt;
    /// nullopt: there is none, which some models tell from an empty one; the others always have one.
    std::optional<SharedText> negative_prompt = SharedText();
    uint64_t seed = 0;
    int steps = 0;
    double cfg_scale = 0;  ///< above cfg_floor the network is evaluated both with and without the prompt
    int width = 0;         ///< pixels, see image_side
    int height = 0;        ///< pixels, see image_side
    SharedText sampler;    ///< a name from core/batch/names.h
    SharedText schedule;   ///< a name of core/batch/names.h; "default": the one in the model's scheduler config
    int clip_skip = 0;     ///< number of last text encoder layers to skip (0: none, which A1111 calls 1)
    Emphasis emphasis = Emphasis::Literal;
    Shared<PromptLayout> layout;  ///< see prompt_layout()
    // What Stable Diffusion XL is told of the photograph that the picture might be a part of
    std::optional<PictureSize> original_size = {};  ///< nullopt: the picture's own
    PicturePlace crop = {};                         ///< where the picture begins in it
    std::optional<double> eta = {};                 ///< how much noise the sampler draws; nullopt: what is usual for it
    double rescale_cfg = 0;     ///< share of guidance that is rescaled to the contrast of the prompt alone
    double cfg_end = 1;         ///< share of the steps that are guided; the rest follows the prompt alone
    double refiner_switch = 1;  ///< share of the noise that is gone when the refiner takes over; 1: it never does

    /// The cfg_scale that leaves the prompt's own prediction as it is, and up to which there is no guidance: 1, or 0
    /// for models whose pipelines put guidance on top of it; most_cfg_scale for those that are never guided. Found out
    /// when the run is planned.
    double cfg_floor = 1;

    /// Of networks that take cfg_scale as an input: above 1, and with a negative prompt, they are evaluated with that
    /// as well, and this is the scale between the two.
    double true_cfg_scale = 1;

    /// Of models that predict a flow: how much stronger the noise levels are than even ones; nullopt: what the model's
    /// scheduler config says.
    std::optional<double> shift = {};

    /// A second seed, whose noise the first one's is mixed with: images that resemble each other.
    uint64_t subseed = 0;
    double subseed_strength = 0;  ///< the second noise's share; 0: none

    Shared<Timesteps> timesteps = {};  ///< as many as steps; none: those of the sampler and the schedule

    // What the second text encoder reads in place of the first one's prompts; empty: the same
    SharedText prompt_2 = {};
    SharedText negative_prompt_2 = {};  ///< only with a negative_prompt, which may be empty

    bool operator==(const ImageTask&) const = default;

    bool guided() const { return guided_steps() > 0; }
    /// What the difference between prompt and negative prompt is multiplied by, and up to which there is no guidance.
    struct Scale {
        double value, floor;
    };
    Scale guidance_scale() const;
    /// The first of the steps; none without guidance.
    int guided_steps() const;
    /// About as many of the last steps are the refiner's.
    int refined_steps() const;
    /// "" if there is none.
    const std::string& negative_text() const;
    /// Whatever text encoders may read: prompt and negative prompt of the first one, then of the second one.
    std::array<std::string_view, 4> prompts() const;
    /// Empty if there are none.
    const Timesteps& given_timesteps() const;
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
    size_t text_bytes() const;
    TaskShape shape() const { return {.width = width, .height = height, .guided = guided()}; }
    std::string summary() const;
    ImageTask with(const Overrides& values) const;
    /// For the item so many places after the one that the task's own numbers are for. What has no effect is forgotten.
    void count(uint64_t places) { subseed = subseed_strength > 0 ? subseed + places : 0; }
    void check(const Place& where) const;
    void share_texts(const ImageTask& other);
    void write(nlohmann::json& parameters) const;
    static ImageTask read(const nlohmann::json& parameters);
};

}  // namespace fanlight

#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"
#include "core/batch/affixes.h"
#include "core/batch/names.h"
#include "core/batch/on_oom.h"
#include "core/batch/prompt_row.h"
#include "core/batch/weight_form.h"
#include "core/devices/placement_choice.h"

// A project on disk: lines of JSON. The first says how the rows are made, each of the others is a row, as in a prompt
// list:
//
//   {"fanlight_project":1,"model":"starter","parameters":{"steps":"20"},"devices":[…],"mode":"replicas",…}
//   {"prompt":"a dog","seed":7}
namespace fanlight {

/// Whether, and with how many workers, a device takes part in runs.
struct DeviceChoice {
    std::string device;  ///< its UUID, "cpu" for the CPU
    bool used = true;
    int workers = 0;  ///< 0: as many as the run thinks best

    bool operator==(const DeviceChoice&) const = default;
};

/// What a project keeps besides its rows. What it names, a model or a device, need not be on this machine.
struct ProjectSettings {
    std::string model = "starter";                  ///< as find_model() takes it
    std::string prediction;                         ///< as find_model() takes it; empty: what is found out
    std::map<std::string, std::string> parameters;  ///< defaults for what rows leave open, by rule name
    Affixes affixes;
    bool random_seed = false;  ///< a new one for each run
    bool same_seed = false;    ///< seeds do not count up
    int batch_size = 1;
    std::string dtype = automatic_dtype;     ///< one of dtype_choices()
    std::vector<std::string> loras;          ///< as find_lora() takes them
    std::string network;                     ///< as find_component() takes it; empty: the model's
    std::string vae;                         ///< likewise
    std::vector<std::string> text_encoders;  ///< likewise
    bool vae_tiling = false;                 ///< see Recipe
    std::string text_device;                 ///< where text encoders work; empty: beside the network
    bool cfg_pairs = false;                  ///< devices share guided evaluations in pairs (PlanRequest::cfg_devices)
    bool cache_embeddings = false;           ///< texts that have been encoded are kept on disk
    OnOom on_oom = OnOom::Same;
    WeightForm weights = WeightForm::Auto;
    std::string refiner;                ///< as find_component() takes it; empty: none
    std::vector<DeviceChoice> devices;  ///< those that are not among them are used
    PlacementChoice placement;
    std::string output_folder;  ///< empty: the user's

    bool operator==(const ProjectSettings&) const = default;
};

void to_json(Json& json, const ProjectSettings& settings);
/// Absent members keep their defaults, unknown ones are ignored. Throws Error naming the member that is wrong: of
/// another type, out of its range, a parameter that is none or has a value that cannot be read.
void from_json(const Json& json, ProjectSettings& settings);

struct ProjectFile {
    ProjectSettings settings;
    std::vector<PromptRow> rows;
    std::string saved_as;  ///< of a copy with unsaved changes: the file that they belong to; empty: none yet
};

inline constexpr const char* project_suffix = ".fanlight";

/// The first line of a project, without a newline; rows as prompt_object() writes them follow.
std::string project_head(const ProjectSettings& settings, const std::string& saved_as = "");

/// Reads untrusted text; `name` is for messages. Throws UsageError with all mistakes, a line each: "NAME, line L: …",
/// and if a newer version has written it.
ProjectFile parse_project(std::string_view text, const std::string& name);

/// Throws UsageError like parse_project(), or naming the file that cannot be read.
ProjectFile read_project(const std::filesystem::path& file);

}  // namespace fanlight

#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/batch/request.h"
#include "core/devices/device_list.h"
#include "core/output/file_names.h"
#include "core/run/run_folder.h"

namespace fanlight {

/// What a user asks for, on the command line or in the window. Parameters stay texts until parameter_rules() has read
/// them, so that a value is checked the same way in an option, in a field and in a prompt list.
struct PlanRequest {
    std::string model;  ///< as find_model() takes it; empty: the starter
    std::vector<PromptRow> rows;
    std::function<void(const TakeRow&)> list;       ///< gives the rows that follow these; may be absent
    std::map<std::string, std::string> parameters;  ///< what rows leave open, by rule name; the model's where absent
    std::vector<std::string> loras;                 ///< as find_lora() takes them, merged in this order
    std::string dtype = "float32";
    std::string devices = "all";  ///< "cpu[,cpu…]", "cuda:0,cuda:1" or "all"
    Split split = Split::Pull;
    bool apply_padding = false;
    int threads = 0;  ///< CPU threads a worker; 0: the cores, shared between the workers
    int batch_size = 1;
    std::string name_pattern = default_name_pattern;
};

inline constexpr uint64_t default_seed = 42;

/// The request with every row expanded and every device named, out of `devices`. The model's hash is left open: it
/// reads all weights. Throws UsageError naming the row, option or device at fault, or when nothing is to be made;
/// `where` stands before a parameter's name ("--").
RunPlan make_plan(const PlanRequest& request, const std::filesystem::path& resources, const std::string& where,
                  const std::vector<Device>& devices = list_devices());

/// "fanlight-20260131-235959", from the local time.
std::string default_run_folder_name();

}  // namespace fanlight

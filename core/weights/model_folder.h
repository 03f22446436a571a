#pragma once

#include <filesystem>
#include <string>

#include "core/base/json.h"

namespace fanlight {

/// A model as diffusers saves it: model_index.json names the pipeline and its components, each in a folder of its own.
class ModelFolder {
public:
    /// Throws Error naming the file, the class that is not known and those that are.
    explicit ModelFolder(std::filesystem::path folder);

    /// The component's config.json (scheduler_config.json for the scheduler).
    Json config(const std::string& component) const;

    std::filesystem::path component(const std::string& name) const { return folder_ / name; }

private:
    std::filesystem::path folder_;
};

}  // namespace fanlight

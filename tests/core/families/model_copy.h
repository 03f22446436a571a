#pragma once

#include <QTemporaryDir>
#include <filesystem>
#include <string>

#include "core/base/file.h"
#include "core/families/families.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/test.h"

namespace fanlight {

/// A copy of a small model in tests/golden/data, for changing its configs.
class ModelCopy {
public:
    /// `name`: "language_models/llama"
    explicit ModelCopy(const std::string& name) {
        std::filesystem::copy(source_path("/tests/golden/data/" + name), folder(),
                              std::filesystem::copy_options::recursive);
    }

    std::filesystem::path folder() const { return std::filesystem::path(temporary_.path().toStdString()) / "model"; }

    void change(const std::string& file, const Json& patch) {
        Json json = read_json_file(folder() / file);
        json.merge_patch(patch);
        write_bytes(folder() / file, to_line(json));
    }

    std::string refusal() const {
        return error_of([&] { describe_model(folder(), {.tokens = 10}); });
    }

private:
    QTemporaryDir temporary_;
};

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// What the model's family reads in its configs.
inline ModelTraits traits_of(const std::filesystem::path& folder) {
    const KnownModel model = open_model_files(folder);
    return model.family.traits([&](const std::string& component) -> ComponentConfig {
        const auto file = model.files.folder_of(component) / model.files.component(component).config_file;
        return {model.files.config(component), file.string()};
    });
}

}  // namespace fanlight

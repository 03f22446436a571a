#include "core/config/model_places.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/settings.h"
#include "core/config/user_folders.h"
#include "core/config/yaml_map.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

using Folders = std::vector<fs::path>;

/// What other programs call their folders. `key`: in extra_model_paths.yaml.
struct KnownFolder {
    const char* name;
    Folders ModelPlaces::*kind;
    const char* key = nullptr;
    bool makes_tree = false;  ///< wherever it is, though it has components
};
constexpr KnownFolder known_folders[] = {
    {"checkpoints", &ModelPlaces::models, "checkpoints"},  // ComfyUI
    {"diffusers", &ModelPlaces::models, "diffusers"},
    {"loras", &ModelPlaces::loras, "loras"},
    {"Stable-diffusion", &ModelPlaces::models},  // AUTOMATIC1111, Forge
    {"Lora", &ModelPlaces::loras},
    {"LyCORIS", &ModelPlaces::loras},
    {"embeddings", &ModelPlaces::embeddings, "embeddings"},  // all of them but SwarmUI
    {"Embeddings", &ModelPlaces::embeddings},
    {"Stable-Diffusion", &ModelPlaces::models},  // SwarmUI
    // Of components. Most of these names alone make no tree: models of diffusers have folders of the same names.
    {"diffusion_models", &ModelPlaces::networks, "diffusion_models", true},
    {"unet", &ModelPlaces::networks, "unet"},
    {"vae", &ModelPlaces::vaes, "vae"},
    {"vae_approx", &ModelPlaces::vaes, "vae_approx"},
    {"VAE", &ModelPlaces::vaes},
    {"VAE-approx", &ModelPlaces::vaes},
    {"text_encoders", &ModelPlaces::text_encoders, "text_encoders"},
    {"clip", &ModelPlaces::text_encoders, "clip"},
    {"text_encoder", &ModelPlaces::text_encoders},  // Forge
};
constexpr const char* roots[] = {"", "models", "Models"};

constexpr const char* paths_file = "extra_model_paths.yaml";
constexpr std::uintmax_t max_yaml_bytes = 1u << 20;
constexpr int max_depth = 8;
constexpr size_t max_entries = 100'000;

void add(Folders& folders, const fs::path& folder) {
    const fs::path path = folder.lexically_normal();
    std::error_code ignored;
    const bool known = std::any_of(folders.begin(), folders.end(), [&](const fs::path& other) {
        return other == path || fs::equivalent(other, path, ignored);
    });
    if (!known) folders.push_back(path);
}

/// "~/x", "$HOME/x" and "${HOME}/x", as ComfyUI expands them.
fs::path expanded(std::string path) {
    const char* home = std::getenv("HOME");
    if (home && (path == "~" || path.starts_with("~/"))) path.replace(0, 1, home);
    std::string result;
    for (size_t i = 0; i < path.size();) {
        const bool braced = path.compare(i, 2, "${") == 0;
        const size_t begin = i + (braced ? 2 : 1);
        size_t end = begin;
        while (end < path.size() && (std::isalnum(static_cast<unsigned char>(path[end])) || path[end] == '_')) ++end;
        const bool closed = !braced || (end < path.size() && path[end] == '}');
        const std::string variable = path.substr(begin, end - begin);
        const char* value = path[i] == '$' && closed && !variable.empty() ? std::getenv(variable.c_str()) : nullptr;
        if (!value) {
            result += path[i++];
            continue;
        }
        result += value;
        i = end + (braced ? 1 : 0);
    }
    return result;
}

/// The lines of a value that names one folder a line.
std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        if (const auto path = trimmed(line); !path.empty()) lines.emplace_back(path);
    return lines;
}

/// One program's section of extra_model_paths.yaml. Keys of other kinds of files are passed over.
void add_section(ModelPlaces& places, const YAML::Node& section, const fs::path& base, const Place& where) {
    for (const KnownFolder& known : known_folders) {
        if (!known.key) continue;
        const YAML::Node paths = section[known.key];
        if (!paths || paths.IsNull()) continue;
        if (!paths.IsScalar())
            refuse_yaml(where, paths.Mark(), Sentence("%1 must be paths, one on each line", known.key));
        for (const std::string& path : lines_of(paths.Scalar())) add(places.*known.kind, base / expanded(path));
    }
}

/// ComfyUI's rules: paths are relative to base_path, and that to the file's folder.
void add_paths_of(ModelPlaces& places, const fs::path& file) {
    const Place where = file.string();
    const YAML::Node root = yaml_map(read_file(file, max_yaml_bytes), where, "comfyui: {base_path: ~/ComfyUI}");
    for (const auto& entry : root) {
        const YAML::Node& section = entry.second;
        if (section.IsNull()) continue;
        if (!section.IsMap()) refuse_yaml(where, section.Mark(), "must hold folders, such as \"checkpoints: models\"");
        fs::path base = fs::absolute(file).parent_path();
        if (const YAML::Node given = section["base_path"]; given && given.IsScalar()) base /= expanded(given.Scalar());
        add_section(places, section, base, where);
    }
}

/// Lists of styles in a folder, by name.
void add_style_files(ModelPlaces& places, const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error, ignored;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string extension = entry->path().extension().string();
        if ((extension == ".csv" || extension == ".json") && entry->is_regular_file(ignored))
            files.push_back(entry->path());
    }
    std::sort(files.begin(), files.end());
    places.style_files.insert(places.style_files.end(), files.begin(), files.end());
}

/// What the user gives: a folder or an extra_model_paths.yaml.
void add_given(ModelPlaces& places, const fs::path& given) {
    std::error_code ignored;
    const fs::path path = fs::absolute(given);
    if (fs::is_regular_file(path, ignored) && (path.extension() == ".yaml" || path.extension() == ".yml"))
        return add_paths_of(places, path);
    if (!fs::is_directory(path, ignored))
        throw UsageError("There is no folder %1 with models; name one, or ComfyUI's %2", path, paths_file);
    if (fs::is_regular_file(path / "styles.csv", ignored)) places.style_files.push_back(path / "styles.csv");
    add_style_files(places, path / "sdxl_styles");
    bool is_tree = false, has_loras = false;
    for (const std::string root : roots)
        for (const KnownFolder& known : known_folders) {
            const fs::path folder = path / root / known.name;
            if (!fs::is_directory(folder, ignored)) continue;
            const bool of_loras = known.kind == &ModelPlaces::loras;
            has_loras |= of_loras;
            // Beside a folder "loras" there may be models; a program's is further down, or beside one of models.
            is_tree |= known.kind == &ModelPlaces::models || known.makes_tree || (of_loras && !root.empty());
            add(places.*known.kind, folder);
        }
    if (fs::is_regular_file(path / paths_file, ignored)) {
        is_tree = true;
        add_paths_of(places, path / paths_file);
    }
    if (is_tree) return;
    add(places.models, path);
    if (!has_loras) add(places.loras, path);
}

/// A folder that is being searched.
struct Search {
    bool (*wanted)(const fs::path&);
    std::set<fs::path> seen;  ///< canonical
    size_t entries = 0;
    std::vector<PlacedFile> found;

    void look_into(const fs::path& folder, const fs::path& place, int depth) {
        std::error_code error;
        std::vector<fs::path> below;
        for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
            const fs::path& path = entry->path();
            if (++entries > max_entries) return;
            if (path.filename().native().starts_with('.')) continue;
            std::error_code ignored;
            if (wanted(path))
                take(path, place);
            else if (depth < max_depth && entry->is_directory(ignored))
                below.push_back(path);
        }
        for (const fs::path& each : below)
            if (is_new(each)) look_into(each, place, depth + 1);
    }

private:
    bool is_new(const fs::path& path) {
        std::error_code error;
        const fs::path real = fs::canonical(path, error);
        return !error && seen.insert(real).second;
    }

    void take(const fs::path& path, const fs::path& place) {
        if (!is_new(path)) return;
        fs::path name = path.lexically_relative(place);
        if (name.extension() == ".safetensors") name.replace_extension();
        found.push_back({name.generic_string(), path});
    }
};

}  // namespace

ModelPlaces::ModelPlaces(fs::path resources_folder, const std::vector<std::string>& dirs)
    : resources(std::move(resources_folder)),
      models{models_folder()},
      loras{loras_folder()},
      embeddings{embeddings_folder()},
      networks{networks_folder()},
      vaes{vaes_folder()},
      text_encoders{text_encoders_folder()} {
    add_style_files(*this, styles_folder());
    for (const std::string& dir : dirs) add_given(*this, expanded(dir));
    try {
        for (const std::string& dir : read_settings().models_dirs) try {
                add_given(*this, dir);
            } catch (const Error& error) {
                problems.push_back(sentence_of(error));
            }
    } catch (const Error& error) {
        problems.push_back(sentence_of(error));
    }
}

fs::path tree_around(const fs::path& file) {
    const auto is_known = [](const fs::path& folder) {
        return std::any_of(std::begin(known_folders), std::end(known_folders), [&](const KnownFolder& known) {
            return (known.kind == &ModelPlaces::models || known.kind == &ModelPlaces::networks) &&
                   folder.filename() == known.name;
        });
    };
    fs::path folder = file.parent_path();
    for (int depth = 0; depth < max_depth && folder.has_relative_path(); ++depth, folder = folder.parent_path())
        if (is_known(folder)) return folder.parent_path();
    return {};
}

std::vector<PlacedFile> files_in(const Folders& places, bool (*wanted)(const fs::path&)) {
    Search search{wanted, {}, 0, {}};
    for (const fs::path& place : places) {
        const size_t before = search.found.size();
        search.look_into(place, place, 0);
        std::sort(search.found.begin() + static_cast<std::ptrdiff_t>(before), search.found.end(),
                  [](const PlacedFile& a, const PlacedFile& b) { return a.name < b.name; });
    }
    return std::move(search.found);
}

const PlacedFile* file_called(const std::string& asked, const std::vector<PlacedFile>& files) {
    constexpr std::string_view end = ".safetensors";
    std::string name = asked;
    if (name.ends_with(end)) name.resize(name.size() - end.size());
    for (const PlacedFile& file : files)
        if (file.name == name || file.name == name + ".gguf") return &file;
    const PlacedFile* found = nullptr;
    for (const PlacedFile& file : files) {
        const std::string last = fs::path(file.name).filename().string();
        if (last != name && last != name + ".gguf") continue;
        if (found && found->path != file.path)
            throw UsageError("%1 is the name of %2 and %3; give more of its path.", in_quotes(asked), found->name,
                             file.name);
        found = &file;
    }
    return found;
}

}  // namespace fanlight

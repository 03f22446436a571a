#include "core/config/missing_components.h"

#include <algorithm>
#include <optional>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/config/component_catalog.h"
#include "core/config/hugging_face_cache.h"
#include "core/families/families.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// What is said of a kind.
struct KindSentences {
    const char* kind;
    SentencePattern<std::string, std::string, fs::path> missing;  ///< the model, the usual file, the place for it
    SentencePattern<std::string, Sentence> several;               ///< the model, the files
};
constexpr KindSentences kind_sentences[] = {
    {text_encoder_kind,
     "The model %1 is a network without its text encoder, and there is none that fits; put one such as %2 into %3, or "
     "give it with --text-encoder.",
     "The model %1 is a network without its text encoder, and several fit: %2; give one of them with --text-encoder."},
    {vae_kind,
     "The model %1 is a network without its VAE, and there is none that fits; put one such as %2 into %3, or give it "
     "with --vae.",
     "The model %1 is a network without its VAE, and several fit: %2; give one of them with --vae."}};

const KindSentences& sentences_of(const std::string& kind) {
    return *std::find_if(std::begin(kind_sentences), std::end(kind_sentences) - 1,
                         [&](const KindSentences& each) { return each.kind == kind; });
}

bool has_any(const fs::path& file, const std::vector<NamePart>& parts) {
    const std::vector<std::string> words = name_words(file.stem().string());
    return std::any_of(parts.begin(), parts.end(), [&](const NamePart& part) { return has_part(words, part); });
}

bool is_whole_model(const fs::path& path) { return !is_single_file(path) && is_model(path); }

/// Looks for one component of one model.
class ComponentSearch {
public:
    ComponentSearch(const ModelCard& card, const ModelFiles& model, const ReplaceableKind& kind, const KeptApart& kept,
                    const ModelPlaces& places)
        : card_(card), model_(model), kind_(kind), kept_(kept), places_(places), around_(places_around(card.folder)) {}

    /// "": there is none.
    fs::path find() const {
        std::vector<PlacedFile> loose = files_in(folders(), &is_model_file);
        add_siblings(loose);
        if (fs::path named = first_fitting(well_named(loose)); !named.empty()) return named;
        if (fs::path part = first_fitting(parts_of_whole_models()); !part.empty()) return part;
        if (fs::path cached = first_fitting(well_named(cached_files())); !cached.empty()) return cached;
        return only_fitting(loose);
    }

private:
    std::vector<fs::path> folders() const {
        std::vector<fs::path> all = places_in(places_);
        if (around_) {
            const std::vector<fs::path> more = places_in(*around_);
            all.insert(all.end(), more.begin(), more.end());
        }
        return all;
    }

    /// Of the tree of another program in which the file lies.
    static std::optional<ModelPlaces> places_around(const fs::path& file) {
        const fs::path root = tree_around(fs::absolute(file).lexically_normal());
        return root.empty() ? std::nullopt
                            : std::make_optional<ModelPlaces>(fs::path(), std::vector<std::string>{root.string()});
    }

    /// Whatever lies beside the model's file, and not what is below.
    void add_siblings(std::vector<PlacedFile>& files) const {
        std::error_code error;
        std::vector<fs::path> beside;
        for (fs::directory_iterator entry(fs::absolute(card_.folder).parent_path(), error), end; !error && entry != end;
             entry.increment(error))
            if (is_model_file(entry->path())) beside.push_back(entry->path());
        std::sort(beside.begin(), beside.end());
        for (const fs::path& file : beside) {
            const bool is_known = std::any_of(files.begin(), files.end(), [&](const PlacedFile& each) {
                std::error_code ignored;
                return fs::equivalent(each.path, file, ignored);
            });
            if (!is_known) files.push_back({file.stem().string(), file});
        }
    }

    std::vector<fs::path> places_in(const ModelPlaces& places) const {
        std::vector<fs::path> all = component_places(kind_.kind, places);
        all.insert(all.end(), places.models.begin(), places.models.end());
        return all;
    }

    /// Those whose names say that they hold it, the shortest names first: what else a name tells is of variants.
    std::vector<fs::path> well_named(const std::vector<PlacedFile>& files) const {
        std::vector<std::pair<size_t, fs::path>> named;
        for (const PlacedFile& file : files)
            if (has_any(file.path, kept_.names))
                named.emplace_back(name_words(file.path.stem().string()).size(), file.path);
        std::stable_sort(named.begin(), named.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        std::vector<fs::path> paths;
        for (auto& [words, path] : named) paths.push_back(std::move(path));
        return paths;
    }

    std::vector<fs::path> parts_of_whole_models() const {
        std::vector<fs::path> wholes;
        for (const PlacedFile& model : files_in(places_.models, &is_whole_model)) wholes.push_back(model.path);
        for (const std::string& id : cached_repo_ids())
            if (const auto snapshot = cached_snapshot(id); snapshot && is_whole_model(*snapshot))
                wholes.push_back(*snapshot);
        std::vector<fs::path> parts;
        for (const fs::path& whole : wholes)
            if (is_of_family(whole)) parts.push_back(whole / kept_.component);
        return parts;
    }

    bool is_of_family(const fs::path& model) const {
        try {
            const Json name = read_model_index(model).value("_class_name", Json());
            return name.is_string() && name.get<std::string>() == card_.pipeline_class;
        } catch (const std::exception&) {
            return false;
        }
    }

    static std::vector<PlacedFile> cached_files() {
        std::vector<fs::path> snapshots;
        for (const std::string& id : cached_repo_ids())
            if (const auto snapshot = cached_snapshot(id)) snapshots.push_back(*snapshot);
        return files_in(snapshots, &is_model_file);
    }

    bool fits(const fs::path& path) const {
        std::error_code ignored;
        if (fs::equivalent(path, card_.folder, ignored)) return false;
        try {
            const std::vector<OtherComponent> read = kind_.read(model_, path);
            return std::any_of(read.begin(), read.end(),
                               [&](const OtherComponent& each) { return each.component == kept_.component; });
        } catch (const std::exception&) {
            return false;
        }
    }

    fs::path first_fitting(const std::vector<fs::path>& paths) const {
        const auto found = std::find_if(paths.begin(), paths.end(), [&](const fs::path& each) { return fits(each); });
        return found == paths.end() ? fs::path() : *found;
    }

    fs::path only_fitting(const std::vector<PlacedFile>& files) const {
        std::vector<std::string> fitting;
        for (const PlacedFile& file : files)
            if (!has_any(file.path, kept_.names_of_others) && fits(file.path)) fitting.push_back(file.path.string());
        if (fitting.size() > 1) throw UsageError(sentences_of(kind_.kind).several, card_.name, listed(fitting));
        return fitting.empty() ? fs::path() : fs::path(fitting.front());
    }

    const ModelCard& card_;
    const ModelFiles& model_;
    const ReplaceableKind& kind_;
    const KeptApart& kept_;
    const ModelPlaces& places_;
    const std::optional<ModelPlaces> around_;
};

struct KeptKind {
    const ReplaceableKind& kind;
    const KeptApart& kept;
};

std::optional<KeptKind> kept_kind(const Family& family, const std::string& component) {
    for (const ReplaceableKind& kind : family.replaceable)
        for (const KeptApart& kept : kind.kept_apart)
            if (kept.component == component) return KeptKind{kind, kept};
    return std::nullopt;
}

/// A component that nothing here fits.
struct Missing {
    std::string kind, file;  ///< the latter: a usual one
    fs::path place;
};

[[noreturn]] void refuse_missing(const ModelCard& card, const std::vector<Missing>& missing) {
    if (missing.size() == 1)
        throw UsageError(sentences_of(missing.front().kind).missing, card.name, missing.front().file,
                         missing.front().place);
    std::vector<std::string> files;
    for (const Missing& each : missing) files.push_back((each.place / each.file).string());
    throw UsageError(
        "The model %1 is a network alone, and the rest of it was not found; add files such as %2, or give them with "
        "--text-encoder and --vae.",
        card.name, listed(files));
}

}  // namespace

ReplacedComponents find_missing_components(const ModelCard& card, const ReplacedComponents& given,
                                           const ModelPlaces& places) {
    ReplacedComponents all;
    if (card.lacks.empty()) return all;
    KnownModel model = open_model_files(card.folder, card.training);
    replace_components(model, given);
    std::vector<Missing> missing;
    for (const std::string& component : card.lacks) {
        if (!model.files.lacks(component)) continue;
        const auto known = kept_kind(model.family, component);
        if (!known) throw UsageError("The model %1 has no VAE of its own; give one with --vae.", card.name);
        const ComponentSearch search(card, model.files, known->kind, known->kept, places);
        const fs::path found = search.find();
        if (found.empty()) {
            missing.push_back({known->kind.kind, known->kept.file, component_places(known->kind.kind, places).front()});
            continue;
        }
        for (ReplacedComponent& each : find_component(known->kind, found.string(), places))
            all.push_back(std::move(each));
    }
    if (!missing.empty()) refuse_missing(card, missing);
    return all;
}

}  // namespace fanlight

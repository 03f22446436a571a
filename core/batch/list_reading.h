#pragma once

#include <concepts>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/place.h"
#include "core/base/sentence.h"
#include "core/batch/image_task.h"

namespace fanlight {

/// A kind of remark about what a list says and a run does not do, as in "The settings Hires steps and Refiner have no
/// effect in 2 images (first a.png); an image is made in one pass". The places: what is not obeyed, how many rows, and
/// which one.
struct NoteKind {
    using Words = SentencePattern<Sentence, Sentence, Sentence>;
    Words one;       ///< "The setting %1 has no effect in %2 (%3); …"
    Words several;   ///< "The settings %1 have no effect in %2 (%3); …"
    bool of_images;  ///< else of rows
};

/// Remarks about a list: each is made once, with the number of rows that it concerns and the first of them.
class ListNotes {
public:
    /// `kind` must be static: a note is known by its address. `row` names the row, such as "p.csv, line 2".
    void add(const NoteKind& kind, const std::string& subject, const Place& row);

    /// One each, without a full stop.
    std::vector<Sentence> sentences() const;

private:
    struct Note {
        const NoteKind* kind;
        std::vector<std::string> subjects;
        int64_t rows = 0;
        Place first = {}, last = {};
        bool has_more_subjects = false;
    };
    std::vector<Note> notes_;
};

/// What the columns of a table, or the keys of objects, of another program mean.
class ColumnChoice {
public:
    /// `text` as in --columns: "caption=prompt,number=seed". Throws UsageError "WHERE: …"; the parameters are checked
    /// when a list of a kind of task is read.
    void rename(std::string_view text, const Place& where);
    /// Other columns than the known ones are left out.
    void ignore_others() { ignores_others_ = true; }
    /// These columns are left out, whatever they mean. With commas between them.
    void ignore(std::string_view text);

    // The same for one column, whatever characters its name has.
    void take_as(std::string_view column, std::string_view parameter);
    void leave_out(std::string_view column);

    /// The parameter that a column is to set; null: the one that it is called like.
    const std::string* target_of(std::string_view column) const;
    bool is_ignored(std::string_view column) const;
    bool ignores_others() const { return ignores_others_; }
    /// Whether a column of another name sets this parameter.
    bool replaces(std::string_view parameter) const;
    /// The columns of rename() that target_of() has never been asked for.
    std::vector<std::string> missing() const;

private:
    std::map<std::string, std::string> targets_;
    std::set<std::string> ignored_;
    bool ignores_others_ = false;
    mutable std::set<std::string> found_;
};

/// The components of one kind that images say they were made with, by name; "": the model's own, or none.
using ListedComponents = std::vector<std::pair<std::string, Place>>;

/// What the "CFG scale" of other programs' images is for the model that a list is read for. Theirs leaves the prompt's
/// own prediction as it is at 1.
enum class OthersCfg {
    Usual,    ///< cfg_scale; or true_cfg_scale, where they also name a distilled one, which is cfg_scale then
    OneMore,  ///< one more than cfg_scale
    True,     ///< true_cfg_scale; cfg_scale is the distilled one, or else the model's own
};

/// For what, and how, a list is read.
struct ListReading {
    ListReading() = default;
    template <std::convertible_to<std::string_view> Kind>
    ListReading(const Kind& task) : task(std::string_view(task)) {}  // NOLINT(google-explicit-constructor)

    std::string task = ImageTask::kind;  ///< the kind that the list is for
    ColumnChoice columns;
    /// For pictures of A1111: the clip_skip that it takes for this model, whatever their settings say. nullopt: theirs.
    std::optional<int> a1111_clip_skip;
    OthersCfg others_cfg = OthersCfg::Usual;
    bool is_for_flows = false;  ///< the model predicts a flow, which some samplers cannot sample
    /// The text comes from elsewhere: a line that begins with dashes is a prompt unless it has the option --prompt.
    bool is_pasted = false;
    ListNotes* notes = nullptr;  ///< gets what has no effect; may be null

    // They get those of each image; null: they have no effect
    ListedComponents* vaes = nullptr;
    ListedComponents* refiners = nullptr;
    ListedComponents* text_encoders = nullptr;  ///< one each, and VAEs that are not told from them

    void note(const NoteKind& kind, const std::string& subject, const Place& row) const {
        if (notes) notes->add(kind, subject, row);
    }
};

}  // namespace fanlight

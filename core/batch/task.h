#pragma once

#include <concepts>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/ref.h"
#include "core/batch/prompt_row.h"

namespace fanlight {

/// What a task gives its model to compute, as far as costs depend on it. 0: it has no such measure.
struct TaskShape {
    int width = 0, height = 0;  ///< pixels
    int tokens = 0;             ///< the maximum
    bool guided = false;        ///< the network is evaluated with and without the prompt: twice the rows

    bool operator==(const TaskShape&) const = default;
};

template <typename T>
concept HasKind = requires {
    T::kind;
};

/// What a kind of task has to say of itself: a plain struct like ImageTask. Task's members of the same names say what
/// each answer means. HasKind comes first: asking an iterator over tasks whether it can be compared would ask this
/// again.
template <typename T>
concept TaskBody = HasKind<T> && std::copyable<T> && std::equality_comparable<T> &&
    requires(const T& task, T& other, const Overrides& values, const std::string& where, nlohmann::json& json) {
    { T::kind } -> std::convertible_to<std::string_view>;
    { T::suffix } -> std::convertible_to<std::string_view>;
    { T::padded } -> std::convertible_to<bool>;
    { task.prompt } -> std::convertible_to<const std::string&>;
    { task.seed } -> std::convertible_to<uint64_t>;
    { task.work() } -> std::convertible_to<double>;
    { task.size() } -> std::convertible_to<double>;
    { task.evaluations() } -> std::convertible_to<int>;
    { task.batch_key() } -> std::convertible_to<std::string>;
    { task.text_bytes() } -> std::convertible_to<size_t>;
    { task.shape() } -> std::same_as<TaskShape>;
    { task.summary() } -> std::same_as<std::string>;
    { task.with(values) } -> std::same_as<T>;
    task.check(where);
    other.share_texts(task);
    task.write(json);
    { T::read(json) } -> std::same_as<T>;
};

/// What an item asks for, of whatever kind: a value that its copies share. What a run has to know of a task is asked
/// here and nowhere else; only those that make it or show it look into it, with as(). Throws Error, whatever it is
/// asked, while it is empty.
class Task {
public:
    Task() = default;
    template <typename T>
    requires(!std::same_as<T, Task> && TaskBody<T>) Task(T task) : body_(new BodyOf<T>(std::move(task))) {}

    explicit operator bool() const { return static_cast<bool>(body_); }

    /// Its kind's name, in run.json and on the wire.
    std::string_view kind() const { return body().kind(); }
    /// The end of the name of the file that is its result. Empty: its result is a record, kept in the journal.
    std::string_view suffix() const { return body().suffix(); }
    /// Its micro-batches have one size, that of the recipe: a short one is filled by repeating its last item.
    bool padded() const { return body().padded(); }
    const std::string& prompt() const { return body().prompt(); }
    uint64_t seed() const { return body().seed(); }

    /// How long it takes, beside others of its kind: any unit.
    double work() const { return body().work(); }
    /// How much memory it takes, likewise.
    double size() const { return body().size(); }
    /// How often the network is evaluated.
    int evaluations() const { return body().evaluations(); }
    /// Tasks of equal keys may share a micro-batch.
    std::string batch_key() const { return std::string(kind()) + ' ' + body().batch_key(); }
    TaskShape shape() const { return body().shape(); }
    /// Of the texts in it that have no fixed bound.
    size_t text_bytes() const { return body().text_bytes(); }
    /// Its parameters in a few words, without prompt and seed: "512x512, 20 steps".
    std::string summary() const { return body().summary(); }

    /// What a prompt row asks for where this is what it leaves open. Throws UsageError, beginning with the row's place,
    /// where a value is out of its range or values do not go together.
    Task of_row(const PromptRow& row) const { return Task(body().of_row(row)); }
    /// Takes the values over that concern it, unchecked; the seed is none of them.
    Task with(const Overrides& values) const { return Task(body().with(values)); }
    Task with_seed(uint64_t seed) const { return Task(body().with_seed(seed)); }
    /// Texts that it has in common with the other are in memory once.
    void share_texts(const Task& other);

    void write(nlohmann::json& parameters) const { body().write(parameters); }

    template <TaskBody T>
    bool is() const {
        return dynamic_cast<const BodyOf<T>*>(body_.get());
    }
    /// Throws Error where it is of another kind.
    template <TaskBody T>
    const T& as() const {
        if (const auto* own = dynamic_cast<const BodyOf<T>*>(body_.get())) return own->task;
        refuse(T::kind);
    }
    /// To write into: no other task sees it. One of another kind, or none, is a new T from here on.
    template <TaskBody T>
    T& edit() {
        const auto* own = dynamic_cast<const BodyOf<T>*>(body_.get());
        if (!own || !body_.is_sole()) *this = Task(own ? own->task : T{});
        return static_cast<BodyOf<T>&>(*body_).task;
    }

    friend bool operator==(const Task& a, const Task& b) {
        return a.body_.get() == b.body_.get() || (a.body_ && b.body_ && a.body_->equals(*b.body_));
    }

private:
    class Body : public RefCounted {
    public:
        virtual std::string_view kind() const = 0;
        virtual std::string_view suffix() const = 0;
        virtual bool padded() const = 0;
        virtual const std::string& prompt() const = 0;
        virtual uint64_t seed() const = 0;
        virtual double work() const = 0;
        virtual double size() const = 0;
        virtual int evaluations() const = 0;
        virtual std::string batch_key() const = 0;
        virtual size_t text_bytes() const = 0;
        virtual TaskShape shape() const = 0;
        virtual std::string summary() const = 0;
        virtual Body* of_row(const PromptRow& row) const = 0;
        virtual Body* with(const Overrides& values) const = 0;
        virtual Body* with_seed(uint64_t seed) const = 0;
        virtual void share_texts(const Body& other) = 0;
        virtual void write(nlohmann::json& parameters) const = 0;
        virtual bool equals(const Body& other) const = 0;
        virtual Body* copy() const = 0;
    };

    template <typename T>
    class BodyOf final : public Body {
    public:
        explicit BodyOf(T task) : task(std::move(task)) {}

        std::string_view kind() const override { return T::kind; }
        std::string_view suffix() const override { return T::suffix; }
        bool padded() const override { return T::padded; }
        const std::string& prompt() const override { return task.prompt; }
        uint64_t seed() const override { return task.seed; }
        double work() const override { return task.work(); }
        double size() const override { return task.size(); }
        int evaluations() const override { return task.evaluations(); }
        std::string batch_key() const override { return task.batch_key(); }
        size_t text_bytes() const override { return task.text_bytes(); }
        TaskShape shape() const override { return task.shape(); }
        std::string summary() const override { return task.summary(); }
        Body* of_row(const PromptRow& row) const override {
            T own = task.with(row.overrides);
            own.prompt = row.prompt;
            own.check(row.source);
            return new BodyOf(std::move(own));
        }
        Body* with(const Overrides& values) const override { return new BodyOf(task.with(values)); }
        Body* with_seed(uint64_t seed) const override {
            auto* other = new BodyOf(task);
            other->task.seed = seed;
            return other;
        }
        void share_texts(const Body& other) override {
            if (const auto* same = dynamic_cast<const BodyOf*>(&other)) task.share_texts(same->task);
        }
        void write(nlohmann::json& parameters) const override { task.write(parameters); }
        bool equals(const Body& other) const override {
            const auto* same = dynamic_cast<const BodyOf*>(&other);
            return same && same->task == task;
        }
        Body* copy() const override { return new BodyOf(task); }

        T task;
    };

    explicit Task(Body* body) : body_(body) {}
    const Body& body() const {
        if (!body_) refuse_empty();
        return *body_;
    }
    [[noreturn]] void refuse(std::string_view wanted) const;
    [[noreturn]] static void refuse_empty();

    Ref<Body> body_;
};

/// A row of the table of tasks.
struct TaskKind {
    std::string name;
    Task (*blank)();                                 ///< one without any parameters
    Task (*read)(const nlohmann::json& parameters);  ///< throws Json::exception on what is no such task
};

template <TaskBody T>
TaskKind task_kind() {
    return {T::kind, [] { return Task(T()); },
            [](const nlohmann::json& parameters) { return Task(T::read(parameters)); }};
}

/// All kinds of task that this program knows: images, and what it has added.
const std::vector<TaskKind>& task_kinds();
/// At the beginning of a program, before there are threads.
void add_task_kind(TaskKind kind);
/// Throws Error naming those that there are.
const TaskKind& find_task_kind(std::string_view name);

}  // namespace fanlight

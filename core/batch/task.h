#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/place.h"
#include "core/base/ref.h"
#include "core/batch/prompt_row.h"

namespace fanlight {

struct ResultRecord;

/// What the costs of a task depend on. 0: does not apply to it.
struct TaskShape {
    int width = 0, height = 0;  ///< pixels
    int tokens = 0;             ///< the maximum
    bool guided = false;        ///< the network is evaluated with and without the prompt: twice the rows
    bool scored = false;        ///< a text is read for its tokens' log-probabilities, alone

    bool operator==(const TaskShape&) const = default;
};

template <typename T>
concept HasKind = requires {
    T::kind;
};

/// What a kind of task must provide: a plain struct like ImageTask. Task's members of the same names document each
/// requirement. HasKind comes first: otherwise checking whether an iterator over tasks is comparable would check this
/// concept again.
template <typename T>
concept TaskBody = HasKind<T> && std::copyable<T> && std::equality_comparable<T> &&
    requires(const T& task, T& other, const Overrides& values, const Place& where, nlohmann::json& json) {
    { T::kind } -> std::convertible_to<std::string_view>;
    { T::suffix } -> std::convertible_to<std::string_view>;
    { T::padded } -> std::convertible_to<bool>;
    { T::ends_alone } -> std::convertible_to<bool>;
    { task.prompt } -> std::convertible_to<const std::string&>;
    { task.seed } -> std::convertible_to<uint64_t>;
    { task.work() } -> std::convertible_to<double>;
    { task.size() } -> std::convertible_to<double>;
    { task.evaluations() } -> std::convertible_to<int>;
    { task.batch_order(task) } -> std::convertible_to<std::weak_ordering>;
    { task.text_bytes() } -> std::convertible_to<size_t>;
    { task.shape() } -> std::same_as<TaskShape>;
    { task.summary() } -> std::same_as<std::string>;
    { task.with(values) } -> std::same_as<T>;
    task.check(where);
    other.share_texts(task);
    task.write(json);
    { T::read(json) } -> std::same_as<T>;
};

/// What an item asks for, of any kind; copies share one value. This is all that a run needs to know about a task: only
/// code that makes or shows it looks inside, with as(). All queries throw Error while it is empty.
class Task {
public:
    Task() = default;
    template <typename T>
    requires(!std::same_as<T, Task> && TaskBody<T>) Task(T task) : body_(new BodyOf<T>(std::move(task))) {}

    explicit operator bool() const { return static_cast<bool>(body_); }

    /// The name of its kind, in run.json and on the wire.
    std::string_view kind() const { return body().kind(); }
    /// The suffix of its result's file name. Empty: its result is a record, kept in the journal.
    std::string_view suffix() const { return body().suffix(); }
    /// Whether its micro-batches always have the recipe's batch size: a short one is padded with its last item.
    bool padded() const { return body().padded(); }
    /// Whether it may end before its neighbours do: a whole model can then go on with another one in its place.
    bool ends_alone() const { return body().ends_alone(); }
    const std::string& prompt() const { return body().prompt(); }
    uint64_t seed() const { return body().seed(); }

    /// How long it takes, compared to others of its kind, in any unit.
    double work() const { return body().work(); }
    /// How much memory it takes, likewise.
    double size() const { return body().size(); }
    /// The number of evaluations of the network.
    int evaluations() const { return body().evaluations(); }
    /// Orders tasks by everything that must be equal within a micro-batch: equivalent ones may share it.
    std::weak_ordering batch_order(const Task& other) const {
        const auto order = kind() <=> other.kind();
        return std::is_neq(order) ? std::weak_ordering(order) : body().batch_order(other.body());
    }
    TaskShape shape() const { return body().shape(); }
    /// Bytes of those of its texts that have no maximum length.
    size_t text_bytes() const { return body().text_bytes(); }
    /// Its parameters in a few words, without prompt and seed: "512x512, 20 steps".
    std::string summary() const { return body().summary(); }

    /// The task of a prompt row; what the row leaves open is taken from this one. Throws UsageError, beginning with the
    /// row's source, if a value is out of range or values do not go together.
    Task of_row(const PromptRow& row) const { return Task(body().of_row(row)); }
    /// With those of the values that concern it, except the seed; unchecked.
    Task with(const Overrides& values) const { return Task(body().with(values)); }
    /// `places`: how far the item is behind that which its other numbers are for, if it has some that count on.
    Task with_seed(uint64_t seed, uint64_t places = 0) const { return Task(body().with_seed(seed, places)); }
    /// Throws UsageError "WHERE: …" if a value is out of range or values do not go together, wherever they come from.
    void check(const Place& where) const { body().check(where); }
    /// Keeps texts that it has in common with the other in memory only once.
    void share_texts(const Task& other);

    void write(nlohmann::json& parameters) const { body().write(parameters); }

    /// Throws Error, a sentence that "it" begins, if a record cannot be the result of this task.
    void check_record(const ResultRecord& record) const { body().check_record(record); }

    template <TaskBody T>
    bool is() const {
        return dynamic_cast<const BodyOf<T>*>(body_.get());
    }
    /// Throws Error if it is of another kind.
    template <TaskBody T>
    const T& as() const {
        if (const auto* own = dynamic_cast<const BodyOf<T>*>(body_.get())) return own->task;
        refuse(T::kind);
    }
    /// For changing it; copies are not affected. An empty task, or one of another kind, becomes a new T.
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
        virtual bool ends_alone() const = 0;
        virtual const std::string& prompt() const = 0;
        virtual uint64_t seed() const = 0;
        virtual double work() const = 0;
        virtual double size() const = 0;
        virtual int evaluations() const = 0;
        virtual std::weak_ordering batch_order(const Body& other) const = 0;  ///< of the same kind
        virtual size_t text_bytes() const = 0;
        virtual TaskShape shape() const = 0;
        virtual std::string summary() const = 0;
        virtual Body* of_row(const PromptRow& row) const = 0;
        virtual Body* with(const Overrides& values) const = 0;
        virtual Body* with_seed(uint64_t seed, uint64_t places) const = 0;
        virtual void check(const Place& where) const = 0;
        virtual void share_texts(const Body& other) = 0;
        virtual void write(nlohmann::json& parameters) const = 0;
        virtual void check_record(const ResultRecord& record) const = 0;
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
        bool ends_alone() const override { return T::ends_alone; }
        const std::string& prompt() const override { return task.prompt; }
        uint64_t seed() const override { return task.seed; }
        double work() const override { return task.work(); }
        double size() const override { return task.size(); }
        int evaluations() const override { return task.evaluations(); }
        std::weak_ordering batch_order(const Body& other) const override {
            return task.batch_order(static_cast<const BodyOf&>(other).task);
        }
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
        Body* with_seed(uint64_t seed, uint64_t places) const override {
            auto* other = new BodyOf(task);
            other->task.seed = seed;
            if constexpr (requires { other->task.count(places); }) other->task.count(places);
            return other;
        }
        void check(const Place& where) const override { task.check(where); }
        void share_texts(const Body& other) override {
            if (const auto* same = dynamic_cast<const BodyOf*>(&other)) task.share_texts(same->task);
        }
        void write(nlohmann::json& parameters) const override { task.write(parameters); }
        void check_record(const ResultRecord& record) const override {
            if constexpr (requires { task.check_record(record); }) task.check_record(record);
        }
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
    Task (*blank)();                                 ///< without any parameters
    Task (*read)(const nlohmann::json& parameters);  ///< throws Error naming the key, or Json::exception
};

template <TaskBody T>
TaskKind task_kind() {
    return {T::kind, [] { return Task(T()); },
            [](const nlohmann::json& parameters) { return Task(T::read(parameters)); }};
}

/// All kinds of task that this program knows: images, and those that it has added.
const std::vector<TaskKind>& task_kinds();
/// Call it at the beginning of a program, before there are other threads.
void add_task_kind(TaskKind kind);
/// Throws Error listing the known kinds.
const TaskKind& find_task_kind(std::string_view name);

}  // namespace fanlight

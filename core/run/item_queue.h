#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <vector>

#include "core/batch/request.h"
#include "core/run/time_estimate.h"

namespace fanlight {

/// Items in order, grouped by key: taking a micro-batch is O(log n), reordering O(n log n).
class ItemQueue {
public:
    struct MicroBatch {
        std::vector<int64_t> items;
        double work = 0;
        bool alone = false;  ///< to be tried alone
    };

    /// Whether the one who asks may make the item, and others of its group; null: all.
    using May = std::function<bool(const Item& item)>;

    explicit ItemQueue(const std::vector<Item>& items) : items_(&items) {}

    void add(int64_t item) { add(item, item); }
    void retry(int64_t item) { alone_.push_back(item); }
    bool empty() const { return alone_.empty() && models_.empty(); }
    /// Of a model.
    bool next_is_alone(int model, const May& may = {}) const { return first_alone(model, may) != alone_.end(); }
    /// At most so many items, of a model.
    MicroBatch take(size_t most, int model, const May& may = {});
    /// The models of what is pending, and the position of the first item of each; those that were moved to the front
    /// are negative, and those to be tried alone first of all.
    std::map<int, int64_t> models(const May& may = {}) const;
    int64_t micro_batches(int model) const;
    void add_items_of(int model, std::set<int64_t>& items) const;
    std::vector<int64_t> take_all();
    std::vector<int64_t> take_out(const std::set<int64_t>& items);
    /// All that have this key.
    std::set<int64_t> items_with(const BatchKey& key) const;
    void put_back(const std::vector<int64_t>& items);
    void move(const std::vector<int64_t>& items, int64_t before);
    /// All items except those to be retried alone.
    std::vector<int64_t> ordered() const;
    /// The first items of ordered(), up to the last one that is out of order.
    std::vector<int64_t> out_of_place() const;
    int64_t micro_batches() const;
    /// What is to be made, in order; `one_by_one`: items instead of micro-batches.
    std::vector<TimeEstimate::Waiting> waiting(bool one_by_one) const;
    /// Visits the work of each micro-batch of a model while `visit` returns true. Returns its last result.
    bool all_micro_batches(int model, const std::function<bool(double work)>& visit) const;

private:
    struct Place {
        int64_t position;  ///< the item's index, or negative if it was moved
        int64_t item;
    };
    /// Items with equal keys, and what follows from the key.
    struct Group {
        std::deque<Place> places;
        size_t batch_size = 0;
        bool padded = false;
        double work = 0;  ///< of a padded micro-batch, whichever items it holds; else of all items

        size_t micro_batches() const { return (places.size() + batch_size - 1) / batch_size; }
    };

    const Item& at(int64_t item) const { return (*items_)[static_cast<size_t>(item)]; }
    void add(int64_t item, int64_t position);
    /// It is not empty.
    const Item& first_of(const Group& group) const { return at(group.places.front().item); }
    std::vector<Place> places() const;
    void set_order(const std::vector<int64_t>& items);
    std::deque<int64_t>::const_iterator first_alone(int model, const May& may) const;

    const std::vector<Item>* items_;
    std::map<BatchKey, Group> groups_;
    using Fronts = std::map<int64_t, Group*>;  ///< non-empty groups by the position of their first item
    std::map<int, Fronts> models_;             ///< those with such groups
    std::deque<int64_t> alone_;                ///< to be retried alone, before all others
};

}  // namespace fanlight

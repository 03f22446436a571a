#include <QTest>
#include <map>
#include <set>

#include "core/base/json.h"
#include "core/batch/gather.h"
#include "core/batch/split.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// Deliberate differences between split() and Accelerate, with two or more workers.
struct Difference {
    enum { Always, WithPadding } when;
    enum { Refused, Cut } here;
    const char* why;
};

const std::map<std::string, Difference>& deliberate_differences() {
    constexpr const char* whole = "Accelerate hands it whole to every rank: the same work done by all of them";
    constexpr const char* keys = "Accelerate cuts an inner dictionary by its number of keys, so that entries vanish";
    constexpr const char* tuple = "Accelerate fails at adding a list to a tuple; here it is padded like a list";
    constexpr const char* dataset = "a Dataset is a Python object; here its columns are a dictionary of lists";
    static const std::map<std::string, Difference> table = {
        {"string_5", {Difference::Always, Difference::Refused, whole}},
        {"set_3", {Difference::Always, Difference::Refused, whole}},
        {"range_5", {Difference::Always, Difference::Refused, whole}},
        {"ndarray_4", {Difference::Always, Difference::Refused, whole}},
        {"userdict_3", {Difference::Always, Difference::Refused, whole}},
        {"dict_string_values_3",
         {Difference::Always, Difference::Refused, "a text stays whole beside lists that are cut"}},
        {"dict_nested_single_key", {Difference::Always, Difference::Cut, keys}},
        {"dict_nested_same", {Difference::Always, Difference::Cut, keys}},
        {"dict_nested_len_coincides", {Difference::Always, Difference::Refused, keys}},
        {"dict_nested_mismatch",
         {Difference::Always, Difference::Cut,
          "Accelerate compares the number of keys with a list's length and fails"}},
        {"tuple_4", {Difference::WithPadding, Difference::Cut, tuple}},
        {"tuple_5", {Difference::WithPadding, Difference::Cut, tuple}},
        {"dict_tuple_values_3", {Difference::WithPadding, Difference::Cut, tuple}},
        {"dataset_0", {Difference::Always, Difference::Refused, dataset}},
        {"dataset_1", {Difference::Always, Difference::Refused, dataset}},
        {"dataset_5", {Difference::Always, Difference::Refused, dataset}},
        {"dataset_9", {Difference::Always, Difference::Refused, dataset}},
    };
    return table;
}

const Json& cases() {
    static const Json json = read_json_file(source_path("/tests/golden/data/batch/split_cases.json"));
    return json;
}

/// A rank's share, or null if it is refused: what the cases record as per_rank.
Json part_or_null(const Json& input, int world, int rank, bool padding) {
    try {
        return split(input, world, rank, padding);
    } catch (const UsageError&) {
        return nullptr;
    }
}

Json parts_of(const Json& input, int world, bool padding) {
    Json parts = Json::array();
    for (int rank = 0; rank < world; ++rank) parts.push_back(part_or_null(input, world, rank, padding));
    return parts;
}

/// null for each rank
Json refused_parts(int world) { return std::vector<Json>(static_cast<size_t>(world)); }

std::string id_of(const Json& c) {
    return (c.contains("name") ? c["name"] : c["length"]).dump() + ", world " + c["world"].dump() + ", padding " +
           c["padding"].dump();
}

Json numbers(int64_t length) {
    Json list = Json::array();
    for (int64_t i = 0; i < length; ++i) list.push_back(i);
    return list;
}

/// What the guides do with padded shares: gathered[:count].
Json cut_concatenation(int64_t count, int world) {
    std::vector<int64_t> gathered;
    for (int rank = 0; rank < world; ++rank)
        for (const int64_t item : share(count, world, rank, true)) gathered.push_back(item);
    gathered.resize(static_cast<size_t>(count));
    return gathered;
}

}  // namespace

class TstSplit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyListCaseOfAccelerateHolds() {
        QCOMPARE(cases()["cases"].size(), size_t{216});
        for (const Json& c : cases()["cases"]) {
            const Json actual = parts_of(numbers(c["length"]), c["world"], c["padding"]);
            QVERIFY2(actual == c["per_rank"], (id_of(c) + ": " + actual.dump()).c_str());
        }
    }

    void everyTypedCaseHoldsButTheDeliberateDifferences() {
        QCOMPARE(cases()["typed_cases"].size(), size_t{430});
        std::set<std::string> listed;
        for (const Json& c : cases()["typed_cases"]) {
            const int world = c["world"];
            if (world == 1) continue;  // tested below
            const auto found = deliberate_differences().find(c["name"].get<std::string>());
            const bool differs = found != deliberate_differences().end() &&
                                 (found->second.when == Difference::Always || c["padding"] == true);
            const Json actual = parts_of(c["input"], world, c["padding"]);
            QVERIFY2((actual != c["per_rank"]) == differs, (id_of(c) + ": " + actual.dump()).c_str());
            if (!differs) continue;
            const bool refused = found->second.here == Difference::Refused;
            QVERIFY2((actual == refused_parts(world)) == refused, (id_of(c) + ": " + actual.dump()).c_str());
            listed.insert(found->first);
        }
        QCOMPARE(listed.size(), deliberate_differences().size());
    }

    void oneWorkerGetsTheInputAsItIs() {
        for (const Json& c : cases()["typed_cases"])
            if (c["world"] == 1) QCOMPARE(split(c["input"], 1, 0, c["padding"]).dump(), c["input"].dump());
    }

    void nestedDictionariesAreCutAtEveryDepth() {
        const Json input = {{"x", {{"u", {0, 1, 2, 3}}, {"v", {4, 5, 6, 7}}}}};
        QCOMPARE(split(input, 2, 1, false).dump(), std::string(R"({"x":{"u":[2,3],"v":[6,7]}})"));
    }

    void tuplesArePaddedLikeLists() {
        const Json input = {{"__tuple__", {0, 1, 2, 3, 4}}};
        QCOMPARE(split(input, 4, 1, true).dump(), std::string(R"({"__tuple__":[2,4]})"));
    }

    void rowsOfATensorAreCutWithItsShape() {
        const Json input = {{"__tensor__", {{0, 1}, {2, 3}, {4, 5}}}, {"shape", {3, 2}}, {"dtype", "int64"}};
        QCOMPARE(split(input, 2, 1, true).dump(),
                 std::string(R"({"__tensor__":[[4,5],[4,5]],"dtype":"int64","shape":[2,2]})"));
    }

    void ranksAndCountsThatCannotBeAreRefused() {
        QVERIFY_EXCEPTION_THROWN(share(5, 0, 0, false), UsageError);
        QVERIFY_EXCEPTION_THROWN(share(5, 2, 2, false), UsageError);
        QVERIFY_EXCEPTION_THROWN(share(5, 2, -1, false), UsageError);
        QVERIFY_EXCEPTION_THROWN(share(-1, 2, 0, false), UsageError);
        QVERIFY_EXCEPTION_THROWN(share(0, 2, 0, true), UsageError);
        QCOMPARE(share(0, 1, 0, true).size(), size_t{0});
    }

    void unequalNestedListsAreRefusedByName() {
        const Json input = {{"p", {0, 1, 2}}, {"q", {{"n", {0, 1}}}}};
        try {
            split(input, 2, 0, false);
            QFAIL("accepted");
        } catch (const UsageError& error) {
            QVERIFY2(std::string(error.what()).find("\"q\" / \"n\" has 2 entries and \"p\" has 3") != std::string::npos,
                     error.what());
        }
    }

    void gatherGivesTheInputBackForEveryCount() {
        for (int64_t count = 0; count <= 200; ++count)
            for (int world = 1; world <= 9; ++world)
                for (const bool padding : {false, true}) {
                    if (padding && count == 0) continue;
                    std::vector<std::vector<int64_t>> per_rank;
                    for (int rank = 0; rank < world; ++rank) per_rank.push_back(share(count, world, rank, padding));
                    const std::vector<int64_t> results = gather(per_rank, count, padding);
                    QCOMPARE(results.size(), static_cast<size_t>(count));
                    for (int64_t i = 0; i < count; ++i) QCOMPARE(results[static_cast<size_t>(i)], i);
                }
    }

    /// Why gather() is not the usual one-liner: truncating the concatenation is correct only if the shares need no
    /// padding, if one share is all padding, or if at most one item follows the first padding.
    void cuttingTheConcatenationIsWrongWherePaddingStandsInside() {
        for (int world = 1; world <= 9; ++world)
            for (int64_t count = 1; count <= 200; ++count) {
                const int64_t base = count / world, extras = count % world;
                const bool right = extras == 0 || base * (world - extras - 1) <= 1;
                QCOMPARE(cut_concatenation(count, world) == numbers(count), right);
            }
        QVERIFY(cut_concatenation(7, 3) == Json({0, 1, 2, 3, 4, 6, 5}));
        QVERIFY(cut_concatenation(9, 4) == Json({0, 1, 2, 3, 4, 8, 5, 6, 8}));  // 7 is lost
    }

    void gatherNamesTheRankWithAWrongCount() {
        try {
            gather<int>({{0, 1}, {2}, {3, 4}}, 5, true);
            QFAIL("accepted");
        } catch (const UsageError& error) {
            QCOMPARE(std::string(error.what()), std::string("Rank 1 has 1 results where its share is 2."));
        }
    }
};

FANLIGHT_TEST(TstSplit)
#include "tst_split.moc"

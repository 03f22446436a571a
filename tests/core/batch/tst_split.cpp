#include <QTest>
#include <map>
#include <set>

#include "core/base/json.h"
#include "core/batch/gather.h"
#include "core/batch/split.h"

using namespace fanlight;

namespace {

/// Where this differs from Accelerate on purpose, by the input's name in the cases, and why.
const std::map<std::string, const char*>& deliberate_differences() {
    static const std::map<std::string, const char*> table = {
        {"string_5", "Accelerate hands a text whole to every rank: the same work done by all of them"},
        {"set_3", "handed whole to every rank"},
        {"range_5", "handed whole to every rank"},
        {"ndarray_4", "handed whole to every rank"},
        {"userdict_3", "handed whole to every rank"},
        {"dict_string_values_3", "a text within a dictionary stays whole beside lists that are cut"},
        {"dict_nested_single_key", "an inner dictionary is measured by its number of keys: entries vanish"},
        {"dict_nested_same", "an inner dictionary is measured by its number of keys: entries vanish"},
        {"dict_nested_len_coincides", "an inner dictionary is measured by its number of keys: entries vanish"},
        {"dict_nested_mismatch", "Accelerate compares an inner dictionary's number of keys with a list's length"},
        {"tuple_4", "Accelerate cannot pad a tuple (it adds a list to it); here it is padded like a list"},
        {"tuple_5", "Accelerate cannot pad a tuple (it adds a list to it); here it is padded like a list"},
        {"dict_tuple_values_3", "Accelerate cannot pad a tuple (it adds a list to it); here it is padded like a list"},
        {"dataset_0", "a Dataset is a Python object; here its columns are a dictionary of lists"},
        {"dataset_1", "a Dataset is a Python object; here its columns are a dictionary of lists"},
        {"dataset_5", "a Dataset is a Python object; here its columns are a dictionary of lists"},
        {"dataset_9", "a Dataset is a Python object; here its columns are a dictionary of lists"},
    };
    return table;
}

const Json& cases() {
    static const Json json = read_json_file(FANLIGHT_SOURCE_DIR "/tests/golden/data/batch/split_cases.json");
    return json;
}

/// A rank's part, or null where it is refused: what the cases record as per_rank.
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

/// The cases write null for all ranks at once where every one raises.
Json expected_parts(const Json& recorded, int world) { return recorded.is_null() ? Json(std::vector<Json>(static_cast<size_t>(world))) : recorded; }

}  // namespace

class TstSplit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyListCaseOfAccelerateHolds() {
        QCOMPARE(cases()["cases"].size(), size_t{72});
        for (const Json& c : cases()["cases"]) {
            const int world = c["world"];
            const Json expected = expected_parts(c["per_rank"], world), actual = parts_of(c["input"], world, c["padding"]);
            QVERIFY2(actual == expected, (c["id"].get<std::string>() + ": " + actual.dump()).c_str());
        }
    }

    void everyTypedCaseHoldsButTheDeliberateDifferences() {
        std::set<std::string> differing;
        for (const Json& c : cases()["typed_cases"]) {
            const int world = c["world"];
            if (world == 1) continue;  // Accelerate hands the input back unseen; so does split(), tested below
            const auto name = c["name"].get<std::string>();
            const Json expected = expected_parts(c["per_rank"], world), actual = parts_of(c["input"], world, c["padding"]);
            if (actual == expected) continue;
            QVERIFY2(deliberate_differences().contains(name), (c["id"].get<std::string>() + ": " + actual.dump() + " instead of " + expected.dump()).c_str());
            differing.insert(name);
        }
        for (const auto& [name, why] : deliberate_differences())
            QVERIFY2(differing.contains(name), (name + " is listed as different and is not").c_str());
    }

    void oneWorkerGetsTheInputAsItIs() {
        for (const Json& c : cases()["typed_cases"])
            if (c["world"] == 1) QCOMPARE(split(c["input"], 1, 0, c["padding"]).dump(), c["input"].dump());
    }

    void nestedDictionariesAreCutAtEveryDepth() {
        const Json input = {{"x", {{"u", {0, 1, 2, 3}}, {"v", {4, 5, 6, 7}}}}};
        QCOMPARE(split(input, 2, 1, false).dump(), std::string(R"({"x":{"u":[2,3],"v":[6,7]}})"));
    }

    void unequalNestedListsAreRefusedByName() {
        const Json input = {{"p", {0, 1, 2}}, {"q", {{"n", {0, 1}}}}};
        try {
            split(input, 2, 0, false);
            QFAIL("accepted");
        } catch (const UsageError& error) {
            QVERIFY2(std::string(error.what()).find("\"q\" / \"n\" has 2 entries and \"p\" has 3") != std::string::npos, error.what());
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

    /// Why gather() is not the usual one-liner.
    void cuttingTheConcatenationLosesResultsFromThreeWorkersOn() {
        const auto naive = [](int64_t count, int world) {
            std::vector<int64_t> all;
            for (int rank = 0; rank < world; ++rank)
                for (const int64_t i : share(count, world, rank, true)) all.push_back(i);
            all.resize(static_cast<size_t>(count));
            return all;
        };
        QCOMPARE(naive(7, 3), (std::vector<int64_t>{0, 1, 2, 3, 4, 6, 5}));
        const auto nine = naive(9, 4);
        QVERIFY(std::find(nine.begin(), nine.end(), 7) == nine.end());
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

QTEST_APPLESS_MAIN(TstSplit)
#include "tst_split.moc"

#include <QTest>

#include "core/base/error.h"
#include "core/plan/make_plan.h"
#include "tests/support/places.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

const char* const resources = source_path("/resources");

Device card(int number, int capability) {
    return {.id = "cuda:" + std::to_string(number),
            .kind = "cuda",
            .name = "Card",
            .memory_free = int64_t{24} << 30,
            .capability = capability};
}

std::vector<Device> with_cpu(std::vector<Device> cards) {
    cards.push_back({.id = "cpu", .kind = "cpu", .name = "CPU", .cores = 2});
    return cards;
}

std::string dtype_on(const std::vector<Device>& devices, const std::string& model, const std::string& asked = "auto",
                     const std::string& ids = "all") {
    PlanRequest request{.model = model, .rows = {{"a cat", {}, "Prompt"}}, .dtype = asked, .devices = ids};
    request.raw = model.ends_with("/llama");  // which has a chat template
    return make_plan(request, resources, "--", devices, "").recipe.dtype;
}

}  // namespace

/// On cards that are not there; nothing is made.
class TestAutomaticDtype : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void itIsOneForAllDevices_data() {
        QTest::addColumn<QList<int>>("capabilities");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("dtype");
        const QString language_models = source_path("/tests/golden/data/language_models/");
        const QString llama = language_models + "llama", t5 = language_models + "t5", gpt2 = language_models + "gpt2";
        QTest::newRow("a CPU") << QList<int>{} << "starter"
                               << "float32";
        QTest::newRow("a CPU, Llama") << QList<int>{} << llama << "float32";
        QTest::newRow("Hopper") << QList<int>{90} << "starter"
                                << "float16";
        QTest::newRow("Turing") << QList<int>{75} << "starter"
                                << "float16";
        QTest::newRow("unknown") << QList<int>{0} << "starter"
                                 << "float16";
        QTest::newRow("GPT-2") << QList<int>{90, 75} << gpt2 << "float16";
        QTest::newRow("Llama on Hopper") << QList<int>{90, 80} << llama << "bfloat16";
        QTest::newRow("Llama on Turing") << QList<int>{75} << llama << "float32";
        QTest::newRow("Llama on both") << QList<int>{90, 75} << llama << "float32";
        QTest::newRow("T5") << QList<int>{90} << t5 << "bfloat16";
    }
    void itIsOneForAllDevices() {
        QFETCH(QList<int>, capabilities);
        QFETCH(QString, model);
        QFETCH(QString, dtype);
        std::vector<Device> cards;
        for (const int capability : capabilities) cards.push_back(card(static_cast<int>(cards.size()), capability));
        QCOMPARE(QString::fromStdString(dtype_on(with_cpu(cards), model.toStdString())), dtype);
    }

    void onlyTheRunsDevicesCount() {
        const std::string llama = source_path("/tests/golden/data/language_models/llama");
        QCOMPARE(dtype_on(with_cpu({card(0, 90), card(1, 75)}), llama, "auto", "cuda:0"), std::string("bfloat16"));
        QCOMPARE(dtype_on(with_cpu({card(0, 90)}), llama, "auto", "cpu"), std::string("float32"));
    }

    void whatIsAskedForStays() {
        for (const char* dtype : {"float32", "tf32", "bfloat16", "float16"})
            QCOMPARE(dtype_on(with_cpu({card(0, 90)}), "starter", dtype), std::string(dtype));
    }

    void anUnknownOneIsRefused() {
        try {
            dtype_on(with_cpu({}), "starter", "int3");
            QFAIL("It was taken");
        } catch (const UsageError& error) {
            const QString sentence = error.what();
            QVERIFY2(sentence.contains("\"int3\"; choose one of auto, float32"), error.what());
        }
    }
};

FANLIGHT_TEST(TestAutomaticDtype)
#include "tst_automatic_dtype.moc"

// Text encoders on stand-ins for GPUs: hidden states are the same in every placement, and nobody waits for them.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <QTest>

#include "core/families/parts/component_costs.h"
#include "core/pipelines/text_encoder.h"
#include "tests/core/networks/texts_of.h"
#include "tests/support/stand_in/accelerator.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

at::Device card(int index) { return device_named("cuda:" + std::to_string(index)); }

const std::vector<int64_t> states = {0, 2, -1};

TextEncoder encoder(const std::string& name, const Weights::Placement& placement) {
    return {ModelFolder(language_model(name)), "model", placement, states};
}

PaddedTexts some_texts() {
    return padded({{11, 12, 13, 14, 15, 16, 17}, {300, 301}, {77}}, 30, /*pad_id=*/5, PaddingSide::Left);
}

/// Odd layers on one card, even ones on the other.
Weights::Placement sharded(const std::string& name) {
    Weights::Placement placement{.device = card(1)};
    const ModelFolder folder(language_model(name));
    int64_t next = 0;
    for (const LayerPlan& plan :
         text_encoder_layers(folder.config("model"), "config.json", folder.weights("model", {}), states).layers)
        placement.device_map.push_back({plan.name, "cuda:" + std::to_string(next++ % 2)});
    return placement;
}

bool equal(const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const at::Tensor& one, const at::Tensor& other) { return at::equal(one.cpu(), other.cpu()); });
}

}  // namespace

class TstTextEncodersOnCards : public QObject {
    Q_OBJECT

    static void models() {
        QTest::addColumn<QString>("name");
        for (const char* name : text_encoders) QTest::newRow(name) << name;
    }

private Q_SLOTS:
    void initTestCase() {
        at::set_num_threads(1);
        set_accelerator(std::make_unique<stand_in::StandIn>(
            std::vector<stand_in::Card>{{.name = "A", .uuid = "GPU-a"}, {.name = "B", .uuid = "GPU-b"}}));
    }

    void everyPlacementMakesTheSame_data() { models(); }
    void everyPlacementMakesTheSame() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const std::string model = name.toStdString();
        const PaddedTexts texts = some_texts();
        const auto on_cpu = encoder(model, {}).hidden_states(texts),
                   expected = encoder(model, {.device = card(0)}).hidden_states(texts);
        for (size_t i = 0; i < states.size(); ++i) {
            QVERIFY(expected[i].device() == card(0));
            QVERIFY((expected[i].cpu() - on_cpu[i]).abs().max().item<double>() < 1e-3);
        }
        const auto apart = encoder(model, sharded(model)).hidden_states(texts);
        for (const at::Tensor& state : apart) QVERIFY(state.device() == card(1));
        QVERIFY(equal(apart, expected));
        Weights::Placement stored{.device = card(0)};
        stored.device_map = {{"", "cpu"}};
        QVERIFY(equal(encoder(model, stored).hidden_states(texts), expected));
    }

    /// Nor does a head, or the decoder behind an encoder.
    void theVocabularyTakesNothingOfACard_data() { models(); }
    void theVocabularyTakesNothingOfACard() {
        QFETCH(QString, name);
        const std::string model = name.toStdString();
        int64_t others = 0, vocabulary = 0;
        for (const auto& [key, tensor] : ModelFolder(language_model(model)).files().tensors("model").tensors) {
            int64_t bytes = 4;
            for (const int64_t size : tensor.entry.shape) bytes *= size;
            if (is_of_text_encoder(key)) others += bytes;
            if (key.ends_with("embed_tokens.weight")) vocabulary = bytes;
        }
        const int64_t before = stand_in::statistics(0).allocated;
        const TextEncoder loaded = encoder(model, {.device = card(0)});
        const int64_t taken = stand_in::statistics(0).allocated - before;
        QVERIFY2(taken >= others && taken < others + vocabulary,
                 qPrintable(QString("%1 %2 %3").arg(taken).arg(others).arg(vocabulary)));
    }

    void theHostDoesNotWait_data() { models(); }
    void theHostDoesNotWait() {
        QFETCH(QString, name);
        const c10::InferenceMode inference;
        const std::string model = name.toStdString();
        const TextEncoder apart = encoder(model, sharded(model));
        apart.hidden_states(some_texts());
        stand_in::reset_statistics();
        apart.hidden_states(some_texts());
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(stand_in::statistics(i).waits, int64_t{0});
            QCOMPARE(stand_in::statistics(i).host_copies, int64_t{0});
        }
    }
};

FANLIGHT_TEST(TstTextEncodersOnCards)
#include "tst_text_encoders_on_cards.moc"

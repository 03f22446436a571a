#include <QTest>

#include "core/pipelines/text_schedule.h"
#include "tests/support/test.h"

using namespace fanlight;

namespace {

/// The pieces that are read before the first step of one token each: {slot, first token, tokens, of them copied
/// before}.
using Pieces = std::vector<std::vector<int64_t>>;

Pieces pieces_of(TextSchedule& schedule) {
    Pieces pieces;
    for (TextStep step = schedule.next(); step.length > 1; step = schedule.next())
        pieces.push_back({step.rows.front().slot, step.rows.front().start, step.length, step.copied.tokens});
    return pieces;
}

}  // namespace

class TestTextSchedule : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void promptsAreReadInPieces() {
        TextSchedule schedule({.slots = 2, .context = 1000});
        schedule.put(0, {.prompt = 700, .max_new = 5});
        schedule.put(1, {.prompt = 1, .max_new = 5});
        QVERIFY(
            pieces_of(schedule) ==
            Pieces(
                {{0, 0, 64, 0}, {0, 64, 64, 0}, {0, 128, 128, 0}, {0, 256, 256, 0}, {0, 512, 192, 0}, {1, 0, 8, 0}}));
    }

    /// Whole pieces, and never the last token, whose logits are wanted.
    void whatTextsHaveInCommonIsReadOnce() {
        TextSchedule schedule({.slots = 4, .context = 1000});
        schedule.put(0, {.prompt = 200, .max_new = 5});
        schedule.put(1, {.prompt = 150, .max_new = 5}, {0, 140});
        schedule.put(2, {.prompt = 128, .max_new = 5}, {0, 128});
        schedule.put(3, {.prompt = 64, .max_new = 5}, {0, 63});
        QVERIFY(
            pieces_of(schedule) ==
            Pieces(
                {{0, 0, 64, 0}, {0, 64, 64, 0}, {0, 128, 72, 0}, {1, 128, 24, 128}, {2, 64, 64, 64}, {3, 0, 64, 0}}));
    }

    void whatIsNotThereIsRead() {
        TextSchedule schedule({.slots = 3, .context = 1000, .leaves_out_ended = true});
        schedule.put(1, {.prompt = 100, .max_new = 5});
        schedule.put(0, {.prompt = 100, .max_new = 5}, {1, 90});  // it comes first
        QVERIFY(pieces_of(schedule) == Pieces({{0, 0, 64, 0}, {0, 64, 40, 0}, {1, 0, 64, 0}, {1, 64, 40, 0}}));
        schedule.put(2, {.prompt = 100, .max_new = 5}, {1, 90});
        schedule.end(1);
        QVERIFY(pieces_of(schedule) == Pieces({{2, 0, 64, 0}, {2, 64, 40, 0}}));
        schedule.put(1, {.prompt = 100, .max_new = 5}, {2, 90});
        schedule.end(2);
        schedule.put(2, {.prompt = 70, .max_new = 5});
        QVERIFY(pieces_of(schedule) == Pieces({{1, 0, 64, 0}, {1, 64, 40, 0}, {2, 0, 64, 0}, {2, 64, 8, 0}}));
    }

    void textsWithOtherRotationsShareNothing() {
        TextSchedule schedule({.slots = 2, .context = 1000, .recompute_at = 150});
        schedule.put(0, {.prompt = 200, .max_new = 5});
        schedule.put(1, {.prompt = 149, .max_new = 5}, {0, 149});
        QVERIFY(pieces_of(schedule).back() == std::vector<int64_t>({1, 128, 24, 0}));
    }

    void textsThatGrowTooLongAreReadAnew() {
        TextSchedule schedule({.slots = 1, .context = 1000, .recompute_at = 66});
        schedule.put(0, {.prompt = 64, .max_new = 10});
        QVERIFY(pieces_of(schedule) == Pieces({{0, 0, 64, 0}}));
        TextStep step = schedule.next();
        QVERIFY(step.length == 1 && step.rows.front().start == 65);
        QVERIFY(pieces_of(schedule) == Pieces({{0, 0, 64, 0}, {0, 64, 8, 0}}));
    }

    void endedTextsAreLeftOutOrGoOn() {
        for (const bool left_out : {true, false}) {
            TextSchedule schedule({.slots = 2, .context = 1000, .leaves_out_ended = left_out});
            schedule.put(0, {.prompt = 3, .max_new = 5});
            schedule.put(1, {.prompt = 3, .max_new = 5});
            pieces_of(schedule);
            schedule.end(0);
            const TextStep step = schedule.next();
            QCOMPARE(step.rows.size(), size_t(left_out ? 1 : 2));
            QCOMPARE(step.rows.back().start, int64_t{4});
        }
    }

    void sourcesAreReadAtOnce() {
        TextSchedule schedule({.slots = 2, .context = 1000});
        schedule.put(0, {.prompt = 1, .max_new = 5, .source = 300});
        const TextStep step = schedule.next();
        QVERIFY(step.encodes && step.wanted < 0 && step.length == 300 && step.rows.size() == 1);
        const TextStep next = schedule.next();
        QVERIFY(!next.encodes && next.length == 1 && next.rows.size() == 2 && next.rows[0].source == 300);
    }
};

FANLIGHT_TEST(TestTextSchedule)
#include "tst_text_schedule.moc"

#include <QApplication>
#include <QClipboard>
#include <QTest>

#include "tests/support/test.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"

using namespace fanlight::ui;

/// The seed that a row shows stays with it when rows come, go and move.
class TstKeptSeeds : public QObject {
    Q_OBJECT

    PromptModel* model_ = nullptr;

    /// "a42 b43": each prompt with the seed that it shows.
    QString seeds() const {
        QStringList shown;
        const int column = fieldWith("seed") + PromptModel::promptColumn;
        for (int row = 0; row < model_->rowCount(); ++row)
            shown << model_->entries()[size_t(row)].prompt + model_->index(row, column).data().toString();
        return shown.join(' ');
    }

private Q_SLOTS:
    void init() {
        model_ = new PromptModel(this);
        model_->insert(0, {{.prompt = "a"}, {.prompt = "b"}, {.prompt = "c"}, {.prompt = "d"}}, "fill");
        model_->setDefaults({{"seed", "42"}, {"images", "2"}});
        QCOMPARE(seeds(), QString("a42 b44 c46 d48"));
    }
    void cleanup() { delete model_; }

    void movedRowsKeepThem() {
        model_->move({2}, 0);
        QCOMPARE(seeds(), QString("c46 a42 b44 d48"));
        QVERIFY(model_->entries()[0].values.contains("seed"));
        QVERIFY(!model_->entries()[3].values.contains("seed"));  // nothing has changed for it
        model_->undoStack()->undo();
        QCOMPARE(seeds(), QString("a42 b44 c46 d48"));
        QVERIFY(model_->entries()[2].values.isEmpty());
    }

    void thoseBehindAnInsertedRowKeepThem() {
        model_->insert(1, {{.prompt = "x"}}, "add");
        QCOMPARE(seeds(), QString("a42 x44 b44 c46 d48"));
        model_->setDefaults({{"seed", "100"}, {"images", "2"}});
        QCOMPARE(seeds(), QString("a100 x102 b44 c46 d48"));
        model_->undoStack()->undo();
        QCOMPARE(seeds(), QString("a100 b102 c104 d106"));
    }

    void anEmptyRowWillBeFilled() {
        model_->insert(2, {{}}, "add");
        model_->setPrompt(2, "x");
        QCOMPARE(seeds(), QString("a42 b44 x46 c46 d48"));
    }

    void thoseBehindARemovedRowKeepThem() {
        model_->remove({0, 2});
        QCOMPARE(seeds(), QString("b44 d48"));
        model_->duplicate({0});
        QCOMPARE(seeds(), QString("b44 b44 d48"));
    }

    void rowsAtTheEndCostNobodyAnything() {
        model_->insert(4, {{.prompt = "x"}}, "add");
        QCOMPARE(seeds(), QString("a42 b44 c46 d48 x50"));
        for (const PromptEntry& entry : model_->entries()) QVERIFY(entry.values.isEmpty());
    }

    void withoutASeedThereIsNoneToKeep_data() {
        QTest::addColumn<QString>("seed");
        QTest::addColumn<bool>("sameSeed");
        QTest::newRow("random") << "random" << false;
        QTest::newRow("the same for all") << "42" << true;
    }
    void withoutASeedThereIsNoneToKeep() {
        QFETCH(QString, seed);
        QFETCH(bool, sameSeed);
        model_->setDefaults({{"seed", seed}}, sameSeed);
        model_->move({2}, 0);
        model_->insert(1, {{.prompt = "x"}}, "add");
        for (const PromptEntry& entry : model_->entries()) QVERIFY(entry.values.isEmpty());
    }

    void ownSeedsStayAsTheyAre() {
        model_->replace(3, {{.prompt = "d", .values = {{"seed", "7"}}}}, "change");
        model_->move({3}, 0);
        QCOMPARE(seeds(), QString("d7 a42 b44 c46"));
    }

    void theyAreNumberedAnew() {
        model_->move({3}, 0);
        QCOMPARE(seeds(), QString("d48 a42 b44 c46"));
        model_->numberSeeds();
        QCOMPARE(seeds(), QString("d42 a44 b46 c48"));
        model_->undoStack()->undo();
        QCOMPARE(seeds(), QString("d48 a42 b44 c46"));
    }

    void aPasteIsOneStep() {
        PromptsPane pane;
        pane.setDefaults({{"seed", "5"}});
        pane.model()->insert(0, {{.prompt = "a"}, {.prompt = "b"}}, "fill");
        pane.table()->selectRow(0);
        QApplication::clipboard()->setText("x\ny");
        pane.paste();
        QCOMPARE(pane.model()->rowCount(), 4);
        QCOMPARE(pane.model()->entries()[3].values.value("seed"), "6");
        pane.model()->undoStack()->undo();
        QCOMPARE(pane.model()->rowCount(), 2);
        QVERIFY(pane.model()->entries()[1].values.isEmpty());
    }
};

FANLIGHT_TEST(TstKeptSeeds, QApplication)
#include "tst_kept_seeds.moc"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QMimeData>
#include <QSignalSpy>
#include <QTest>

#include "tests/support/test.h"
#include "ui/prompts/prompt_model.h"

using namespace fanlight::ui;

class TstPromptModel : public QObject {
    Q_OBJECT

    PromptModel* model_ = nullptr;

    QStringList prompts() const {
        QStringList texts;
        for (const PromptEntry& entry : model_->entries()) texts << entry.prompt;
        return texts;
    }
    static int columnOf(const char* rule) {
        const auto& fields = promptFields();
        const auto found = std::find_if(fields.begin(), fields.end(), [&](const PromptField& field) {
            return !field.rules.empty() && qstrcmp(field.rules[0], rule) == 0;
        });
        return int(found - fields.begin());
    }
    QModelIndex cell(int row, int field) const { return model_->index(row, PromptModel::promptColumn + field); }

private Q_SLOTS:
    void init() {
        model_ = new PromptModel(this);
        new QAbstractItemModelTester(model_, QAbstractItemModelTester::FailureReportingMode::QtTest, model_);
        model_->insert(0, {{.prompt = "a"}, {.prompt = "b"}, {.prompt = "c"}, {.prompt = "d"}}, "fill");
    }
    void cleanup() { delete model_; }

    void everyChangeCanBeUndoneAndRedone() {
        model_->remove({0, 2});
        QCOMPARE(prompts(), QStringList({"b", "d"}));
        model_->duplicate({1});
        QCOMPARE(prompts(), QStringList({"b", "d", "d"}));
        while (model_->undoStack()->canUndo()) model_->undoStack()->undo();
        QCOMPARE(model_->rowCount(), 0);
        while (model_->undoStack()->canRedo()) model_->undoStack()->redo();
        QCOMPARE(prompts(), QStringList({"b", "d", "d"}));
    }

    void rowsMoveTogether_data() {
        QTest::addColumn<QList<int>>("rows");
        QTest::addColumn<int>("before");
        QTest::addColumn<QStringList>("order");
        QTest::newRow("down") << QList<int>{0} << 2 << QStringList{"b", "a", "c", "d"};
        QTest::newRow("up") << QList<int>{3} << 0 << QStringList{"d", "a", "b", "c"};
        QTest::newRow("apart") << QList<int>{0, 3} << 2 << QStringList{"b", "a", "d", "c"};
        QTest::newRow("to the end") << QList<int>{0, 1} << 4 << QStringList{"c", "d", "a", "b"};
        QTest::newRow("nowhere") << QList<int>{1} << 1 << QStringList{"a", "b", "c", "d"};
    }
    void rowsMoveTogether() {
        QFETCH(QList<int>, rows);
        QFETCH(int, before);
        model_->move(rows, before);
        QTEST(prompts(), "order");
    }

    void eachRowShowsTheSeedOfItsFirstImage() {
        const int field = columnOf("seed");
        const auto seeds = [&] {
            QStringList shown;
            for (int row = 0; row < model_->rowCount(); ++row) shown << cell(row, field).data().toString();
            return shown;
        };
        model_->setDefaults({{"seed", "42"}, {"images", "2"}});
        QCOMPARE(seeds(), QStringList({"42", "44", "46", "48"}));
        const QSignalSpy changes(model_, &PromptModel::dataChanged);
        model_->replace(1, {{.prompt = "b", .values = {{"images", "5"}, {"seed", "7"}}}}, "change");
        QCOMPARE(seeds(), QStringList({"42", "7", "49", "51"}));
        QVERIFY(changes.last()[1].toModelIndex().row() == 3);
        QCOMPARE(seeded(model_->entries()[1], "42").values["seed"], QString("7"));
        QCOMPARE(seeded(model_->entries()[3], seedOf(100, model_->seedOffsets()[3])).values["seed"], QString("109"));
        const int before = changes.size();
        model_->setPrompt(0, "a and more");  // other rows are not affected
        QCOMPARE(changes.size(), before + 1);
        QCOMPARE(seeds(), QStringList({"42", "7", "49", "51"}));
        model_->setPrompt(0, " ");  // an empty row makes no images
        QCOMPARE(seeds(), QStringList({"42", "7", "47", "49"}));
        model_->setDefaults({{"seed", "42"}}, true);
        QCOMPARE(seeds(), QStringList({"42", "7", "42", "42"}));
        model_->setDefaults({{"seed", "random"}});
        QCOMPARE(seeds(), QStringList({"random", "7", "random", "random"}));
    }

    void typingInOneRowIsOneChange() {
        for (const char* text : {"a ", "a r", "a re", "a red"}) model_->setPrompt(0, text);
        model_->setPrompt(1, "b!");
        model_->undoStack()->undo();
        model_->undoStack()->undo();
        QCOMPARE(prompts(), QStringList({"a", "b", "c", "d"}));
    }

    void unreadableTextIsRefusedWithASentence() {
        QSignalSpy refused(model_, &PromptModel::refused);
        QVERIFY(!model_->setData(cell(0, 3), "many"));
        QCOMPARE(refused.count(), 1);
        QVERIFY(refused[0][0].toString().startsWith("Row 1: Steps must be"));
        QVERIFY(model_->entries()[0].values.isEmpty());
    }

    void aSizeIsTwoValuesInOneCell() {
        QVERIFY(model_->setData(cell(0, 4), "512 x 768"));
        QCOMPARE(model_->entries()[0].values.value("width"), "512");
        QCOMPARE(model_->entries()[0].values.value("height"), "768");
        QVERIFY(!model_->setData(cell(0, 4), "512"));
        QVERIFY(model_->setData(cell(0, 4), ""));
        QVERIFY(model_->entries()[0].values.isEmpty());
    }

    void rowsShowWhatTheyInherit() {
        model_->setDefaults({{"steps", "25"}});
        QCOMPARE(cell(0, 3).data().toString(), "25");
        QVERIFY(cell(0, 3).data(PromptModel::InheritedRole).toBool());
        QVERIFY(cell(0, 3).data(Qt::EditRole).toString().isEmpty());
    }

    void aSamplerHasItsLabelAndKeepsItsName() {
        const int column = fieldWith("sampler");
        QVERIFY(model_->setData(cell(0, column), "dpmpp_2m"));
        QCOMPARE(cell(0, column).data().toString(), "DPM++ 2M");
        QCOMPARE(cell(0, column).data(Qt::EditRole).toString(), "dpmpp_2m");
        QVERIFY(model_->setData(cell(0, column), "Euler a"));
        QCOMPARE(cell(0, column).data().toString(), "Euler a");
    }

    void rowsShowHowTheirPromptsAreRead() {
        const int literal = columnOf("literal"), emphasis = columnOf("emphasis");
        const auto shown = [&] {
            return cell(0, literal).data().toString() + " " + cell(0, emphasis).data().toString();
        };
        QCOMPARE(shown(), QString("no Original"));
        model_->setDefaults({{"literal", "yes"}});
        QCOMPARE(shown(), QString("yes literal"));
        QVERIFY(model_->setData(cell(0, emphasis), "no-norm"));
        QCOMPARE(shown(), QString("no No norm"));
        QVERIFY(!cell(0, emphasis).data(PromptModel::InheritedRole).toBool());
        QVERIFY(model_->setData(cell(0, emphasis), ""));
        QVERIFY(model_->setData(cell(0, literal), "no"));
        QCOMPARE(shown(), QString("no Original"));
        QVERIFY(model_->reading(0).emphasis == fanlight::Emphasis::Original);
        QVERIFY(model_->reading(1).emphasis == fanlight::Emphasis::Literal);
        QVERIFY(!model_->setData(cell(0, literal), "maybe"));
        QVERIFY(!model_->setData(cell(0, emphasis), "strong"));
    }

    void aStateStaysWithItsRow() {
        const quint64 id = model_->entries()[0].id;
        model_->setState(id, {.stage = RowStage::Failed, .reason = "There is too little memory."});
        model_->move({0}, 4);
        const QModelIndex moved = model_->index(3, PromptModel::stateColumn);
        QVERIFY(moved.data(PromptModel::StateRole).value<RowState>().stage == RowStage::Failed);
        QCOMPARE(moved.data(Qt::ToolTipRole).toString(), "Failed\nThere is too little memory.");
    }

    void hostileDropsDoNoHarm() {
        QMimeData data;
        data.setData("application/x-fanlight-rows", "-1 99 x 1 ");
        model_->dropMimeData(&data, Qt::MoveAction, 0, 0, {});
        QCOMPARE(prompts(), QStringList({"b", "a", "c", "d"}));
    }
};

FANLIGHT_TEST(TstPromptModel, QApplication)
#include "tst_prompt_model.moc"

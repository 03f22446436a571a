#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QStandardItemModel>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBlock>
#include <QTextLayout>
#include <QThreadPool>

#include "core/families/prompt_layouts.h"
#include "tests/support/places.h"
#include "tests/support/test.h"
#include "ui/prompts/find_bar.h"
#include "ui/prompts/import_dialog.h"
#include "ui/prompts/prompt_edit.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/prompts/prompts_pane.h"

using namespace fanlight::ui;

class TstPromptsPane : public QObject {
    Q_OBJECT

    PromptsPane* pane_ = nullptr;

    PromptEdit* editor() const { return pane_->findChildren<PromptEdit*>().first(); }
    QString lengthShown() const {
        for (const QLabel* label : pane_->findChildren<QLabel*>())
            if (label->text().contains("tokens")) return label->text();
        return {};
    }
    QStringList prompts() const {
        QStringList texts;
        for (const PromptEntry& entry : pane_->model()->entries()) texts << entry.prompt;
        return texts;
    }

private Q_SLOTS:
    void init() {
        pane_ = new PromptsPane;
        pane_->show();
    }
    void cleanup() { delete pane_; }

    void threePromptsAreTypedOneAfterTheOther() {
        pane_->focusPrompt();
        for (const char* text : {"a cat", "a dog", "a fish"}) {
            if (!prompts().isEmpty()) QTest::keyClick(editor(), Qt::Key_Return);
            QTest::keyClicks(editor(), text);
        }
        QCOMPARE(prompts(), QStringList({"a cat", "a dog", "a fish"}));
        pane_->model()->undoStack()->undo();
        QCOMPARE(prompts(), QStringList({"a cat", "a dog", ""}));
    }

    void aRowMayHaveAnEmptyNegativePrompt() {
        PromptModel* model = pane_->model();
        model->insert(0, {{.prompt = "a"}, {.prompt = "b", .blankNegative = true}}, "fill");
        const int column = fieldWith("negative_prompt") + PromptModel::promptColumn;
        const auto shown = [&](int row) { return model->index(row, column).data().toString(); };
        pane_->setDefaults({{"negative_prompt", "grey"}});
        QCOMPARE(shown(0), QString("grey"));
        pane_->table()->selectRow(0);
        auto* empty = pane_->findChild<QCheckBox*>();
        QVERIFY(empty->isEnabled() && !empty->isChecked());
        empty->click();
        QVERIFY(empty->isChecked() && isEmptyText(model->entries()[0], PromptModel::fieldOf(column)));
        QCOMPARE(shown(0), QString("‹empty›"));
        QCOMPARE(shown(1), QString("grey"));
        pane_->setDefaults({});  // a model that tells none from an empty one
        QCOMPARE(shown(0) + shown(1), QString("‹empty›‹empty›"));
        pane_->table()->selectRow(1);
        QVERIFY(empty->isEnabled() && empty->isChecked());
        empty->click();
        QVERIFY(!empty->isChecked() && !model->entries()[1].blankNegative);
        QCOMPARE(shown(1), QString());
        model->undoStack()->undo();
        QVERIFY(empty->isChecked());
        pane_->table()->selectRow(0);
        pane_->setDefaults({{"negative_prompt", ""}});
        QCOMPARE(shown(0) + shown(1), QString());
        empty->click();
        QVERIFY(!model->entries()[0].values.contains("negative_prompt"));
        model->undoStack()->undo();
        QVERIFY(empty->isChecked());

        pane_->table()->setCurrentIndex(pane_->table()->model()->index(1, column));
        for (QAction* action : pane_->editActions())
            if (action->text() == "Empty text: Negative prompt") action->trigger();
        QCOMPARE(model->entries()[1].values.value("negative_prompt", "none"), QString());
        pane_->table()->setCurrentIndex(pane_->table()->model()->index(1, PromptModel::promptColumn));
        for (const QAction* action : pane_->editActions())
            QVERIFY(!action->text().startsWith("Empty text") || !action->isVisible());
    }

    void pastedLinesReplaceAnEmptyRow() {
        pane_->addRow();
        QApplication::clipboard()->setText("a\nb\nc");
        pane_->paste();
        QCOMPARE(prompts(), QStringList({"a", "b", "c"}));
        pane_->model()->undoStack()->undo();
        QCOMPARE(prompts(), QStringList({""}));
    }

    void theColumnsOfAForeignTableAreAskedFor() {
        QTemporaryDir folder;
        const auto written = [&](const QString& name, const QByteArray& text) {
            QFile file(folder.filePath(name));
            return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
        };
        const QStringList files = {written("plain.csv", "prompt\na fox\n"),
                                   written("foreign.csv", "caption,number,tag,steps\na cat,7,x,9\na dog,8,y,9\n")};
        QSignalSpy problem(pane_, &PromptsPane::problem);
        pane_->importFiles(files);
        QTRY_VERIFY(pane_->findChild<ImportDialog*>());
        QPointer dialog = pane_->findChild<ImportDialog*>();
        const auto meanings = dialog->findChildren<QComboBox*>();
        QCOMPARE(meanings.size(), 4);  // of the foreign one alone
        QAbstractButton* import = nullptr;
        const auto* buttons = dialog->findChild<QDialogButtonBox*>();
        for (QAbstractButton* button : buttons->buttons())
            if (buttons->buttonRole(button) == QDialogButtonBox::AcceptRole) import = button;
        const auto says = [&](const char* text) {
            const auto labels = dialog->findChildren<QLabel*>();
            return std::any_of(labels.begin(), labels.end(), [&](QLabel* label) { return label->text() == text; });
        };
        const auto choose = [&](int column, const char* parameter) {
            meanings[column]->setCurrentIndex(meanings[column]->findData(QString(parameter)));
        };
        QCOMPARE(meanings[3]->currentData().toString(), QString("steps"));
        QVERIFY(says("foreign.csv") || says("\u2068foreign.csv\u2069"));
        QVERIFY(says("Choose the column that holds the prompts.") && !import->isEnabled());
        choose(0, "prompt");
        QVERIFY(import->isEnabled());
        choose(1, "steps");
        QVERIFY(says("Two columns set the same: Steps.") && !import->isEnabled());
        choose(1, "seed");
        import->click();
        QTRY_COMPARE(prompts(), QStringList({"a fox", "a cat", "a dog"}));
        QCOMPARE(pane_->model()->entries()[2].values, (QMap<QString, QString>{{"seed", "8"}, {"steps", "9"}}));
        QCOMPARE(problem.count(), 0);
        QTRY_VERIFY(!dialog);
        pane_->model()->undoStack()->undo();
        QCOMPARE(prompts(), QStringList());
    }

    void aForeignTableThatNobodyExplainsIsNotRead() {
        QApplication::clipboard()->setText("prompt\ttag\na cat\tx\n");
        pane_->paste();
        QPointer dialog = pane_->findChild<ImportDialog*>();
        QVERIFY(dialog);
        dialog->reject();
        QTRY_VERIFY(!dialog);
        QCOMPARE(prompts(), QStringList());
        pane_->paste();
        pane_->findChild<ImportDialog*>()->accept();  // what is unknown is left out unless somebody says otherwise
        QCOMPARE(prompts(), QStringList({"a cat"}));
    }

    void replacingAllIsOneChange() {
        pane_->model()->insert(0, {{.prompt = "red cat"}, {.prompt = "Red dog"}, {.prompt = "fish"}}, "fill");
        pane_->findAndReplace();
        auto* bar = pane_->findChild<FindBar*>();
        const auto fields = bar->findChildren<QLineEdit*>();
        fields[0]->setText("red");
        fields[1]->setText("blue");
        bar->replaceAll();
        QCOMPARE(prompts(), QStringList({"blue cat", "blue dog", "fish"}));
        pane_->model()->undoStack()->undo();
        QCOMPARE(prompts(), QStringList({"red cat", "Red dog", "fish"}));
    }

    void theSearchWrapsAround() {
        pane_->model()->insert(0, {{.prompt = "x"}, {.prompt = "y"}, {.prompt = "x"}}, "fill");
        auto* bar = pane_->findChild<FindBar*>();
        bar->findChildren<QLineEdit*>()[0]->setText("x");
        QCOMPARE(bar->nextMatch(0, false), 2);
        QCOMPARE(bar->nextMatch(2, false), 0);
        QCOMPARE(bar->nextMatch(0, true), 2);
    }

    void aChangedWeightIsOneStepToUndo() {
        pane_->focusPrompt();
        QTest::keyClicks(editor(), "a cat");
        QTest::keyClick(editor(), Qt::Key_Up, Qt::ControlModifier);
        QTest::keyClick(editor(), Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(prompts(), QStringList("a (cat:1.2)"));
        QTest::keyClicks(editor(), "s");
        QCOMPARE(prompts(), QStringList("a (cats:1.2)"));
        for (const char* before : {"a (cat:1.2)", "a (cat:1.1)", "a cat"}) {
            pane_->model()->undoStack()->undo();
            QCOMPARE(prompts(), QStringList(before));
            QCOMPARE(editor()->text(), QString(before));
        }
        pane_->model()->undoStack()->redo();
        QCOMPARE(editor()->text(), QString("a (cat:1.1)"));
    }

    void aModelWithoutNegativePromptsHasNoEditorForThem() {
        pane_->model()->insert(0, {{.prompt = "a"}, {.prompt = "b", .values = {{"negative_prompt", "c"}}}}, "Add");
        pane_->show();
        QWidget* negative = nullptr;
        for (auto* edit : pane_->findChildren<PromptEdit*>())
            if (edit->accessibleName() == "Negative prompt") negative = edit;
        auto* table = pane_->findChild<PromptTable*>();
        table->setCurrentIndex(pane_->model()->index(0, PromptModel::promptColumn));
        QVERIFY(negative->isVisible());
        pane_->setModelFolder(fanlight::source_path("/tests/golden/data/pipelines/flux_2"));
        QTRY_VERIFY(!negative->isVisible());
        table->setCurrentIndex(pane_->model()->index(1, PromptModel::promptColumn));  // which a run refuses
        QVERIFY(negative->isVisible());
        pane_->setModelFolder(fanlight::source_path("/resources/starter/model"));
        table->setCurrentIndex(pane_->model()->index(0, PromptModel::promptColumn));
        QTRY_VERIFY(negative->isVisible());
    }

    void tokensAreCountedByChunks() {
        pane_->setModelFolder(fanlight::source_path("/resources/starter/model"));
        pane_->setDefaults({{"steps", "4"}});
        const QString words = QString("dog ").repeated(80);
        const auto counted = [&](const QString& prompt, const QMap<QString, QString>& values = {}) {
            pane_->addEntry({.prompt = prompt, .values = values});
            return lengthShown();
        };
        QTRY_VERIFY(!lengthShown().isEmpty());
        QCOMPARE(counted(""), QString("0 / 30 tokens"));
        QCOMPARE(counted("a dog"), QString("2 / 30 tokens"));
        QCOMPARE(counted("a (dog:1.2) <lora:x:1>"), QString("2 / 30 tokens"));
        QCOMPARE(counted("a BREAK dog"), QString("2 / 60 tokens"));
        QCOMPARE(counted(words), QString("80 / 90 tokens"));
        QCOMPARE(counted("[a dog:" + words + ":2]"), QString("80 / 90 tokens"));
        QCOMPARE(counted(words, {{"literal", "yes"}}), QString("80 / 30 tokens · the end is cut"));
        QCOMPARE(counted("a BREAK dog", {{"emphasis", "literal"}}), QString("4 / 30 tokens"));
    }

    void literalPromptsThatAreCutHaveAMark() {
        const QString words = QString("dog ").repeated(80);
        pane_->setModelFolder(fanlight::source_path("/resources/starter/model"));
        pane_->setDefaults({{"cfg_scale", "7"}});
        pane_->model()->insert(
            0,
            {{.prompt = words},
             {.prompt = words, .values = {{"literal", "yes"}}},
             {.prompt = "a", .values = {{"literal", "yes"}, {"negative_prompt", words}}},
             {.prompt = "a", .values = {{"literal", "yes"}, {"negative_prompt", words}, {"cfg_scale", "1"}}}},
            "fill");
        const auto marks = [&] {
            QStringList found;
            for (int row = 0; row < 4; ++row)
                for (int column = 1; column < 3; ++column)
                    if (const QModelIndex cell = pane_->model()->index(row, column);
                        !cell.data(Qt::DecorationRole).isNull())
                        found << QString("%1.%2").arg(row).arg(column);
            return found.join(' ');
        };
        QTRY_COMPARE(marks(), QString("1.1 2.2"));
        const QModelIndex cut = pane_->model()->index(1, 1);
        QVERIFY(cut.data(Qt::ToolTipRole).toString().contains("The last 50"));
        QVERIFY(cut.data(Qt::AccessibleDescriptionRole).toString().contains("have no effect"));
        pane_->setDefaults({{"cfg_scale", "7"}, {"literal", "yes"}});
        QCOMPARE(marks(), QString("0.1 1.1 2.2"));
        pane_->model()->insert(4, {{.prompt = "a", .values = {{"prompt_2", words}, {"negative_prompt_2", "b"}}}},
                               "fill");
        const auto isMarked = [&](const char* rule) {
            return !pane_->model()->index(4, fieldWith(rule) + 1).data(Qt::DecorationRole).isNull();
        };
        QVERIFY(isMarked("prompt_2") && !isMarked("negative_prompt_2"));
    }

    void whatAllPromptsHaveInCommonIsCounted() {
        pane_->setModelFolder(fanlight::source_path("/resources/starter/model"));
        pane_->addEntry({.prompt = "a dog"});
        QTRY_COMPARE(lengthShown(), QString("2 / 30 tokens"));
        pane_->setDefaults({}, false, {"dog dog", "cat"});  // with a comma at either end of the prompt
        QCOMPARE(lengthShown(), QString("7 / 30 tokens"));
        pane_->addEntry({.prompt = " "});  // of which nothing is made
        QCOMPARE(lengthShown(), QString("0 / 30 tokens"));
    }

    /// The marks of literal prompts that are cut, and what a run's plan says of the same rows.
    void cutsAreThoseOfARun() {
        const QString words = QString("dog ").repeated(26), many = QString("dog ").repeated(40);
        const fanlight::Affixes affixes{"a cat and", "a red house"};
        const QMap<QString, QString> defaults{
            {"literal", "yes"}, {"cfg_scale", "7"}, {"negative_prompt", many}, {"steps", "4"}};
        pane_->setModelFolder(fanlight::source_path("/resources/starter/model"));
        pane_->setDefaults(defaults, false, affixes);
        const std::vector<PromptEntry> rows{
            {.prompt = words},
            {.prompt = "a"},
            {.prompt = "a", .values = {{"negative_prompt", "b"}}},
            {.prompt = words, .values = {{"negative_prompt", "b"}}},
            {.prompt = "a", .values = {{"cfg_scale", "1"}}},
            {.prompt = words, .values = {{"cfg_scale", "1"}}},
            {.prompt = words, .values = {{"literal", "no"}}},
            {.prompt = "a", .values = {{"styles", "long"}, {"negative_prompt", "b"}}},
            {.prompt = "a", .values = {{"styles", "not"}, {"negative_prompt", "b"}}},
        };
        fanlight::Styles styles;
        styles.add({"long", "{prompt}, " + words.toStdString(), ""});
        styles.add({"not", "", words.toStdString() + words.toStdString()});
        pane_->model()->insert(0, rows, "fill");
        QThreadPool::globalInstance()->waitForDone();
        QCoreApplication::processEvents();  // those of this machine are read
        pane_->model()->setStyles(styles);
        QTRY_VERIFY(!lengthShown().isEmpty());
        fanlight::PromptLayouts layouts(fanlight::source_path("/resources/starter/model"));
        for (int row = 0; row < int(rows.size()); ++row) {
            PromptEntry entry = rows[size_t(row)];
            for (const QString& name : defaults.keys())
                if (!entry.values.contains(name)) entry.values[name] = defaults[name];
            fanlight::PromptRow meant = rowOf(entry, "row");
            apply_styles(meant, {}, "", styles);
            fanlight::ImageTask image;
            image.prompt = affixed(affixes, meant.prompt);
            fanlight::Task task(image.with(meant.overrides));
            layouts.set(task, "row");
            const bool cuts = task.as<fanlight::ImageTask>().prompt_layout().cut_tokens > 0;
            const auto mark = [&](int column) {
                return !pane_->model()->index(row, column).data(Qt::DecorationRole).isNull();
            };
            QCOMPARE(mark(1) || mark(2), cuts);
            QCOMPARE(mark(1), row == 0 || row == 3 || row == 5 || row == 7);
            QCOMPARE(mark(2), row == 0 || row == 1 || row == 8);
        }
    }

    void literalRowsAreNotHighlighted() {
        pane_->addEntry({.prompt = "a (b)", .values = {{"literal", "yes"}}});
        const auto colours = [&] { return editor()->document()->begin().layout()->formats().size(); };
        QCOMPARE(colours(), 0);
        pane_->addEntry({.prompt = "a (c)"});
        QCOMPARE(colours(), 2);
        pane_->setDefaults({{"literal", "yes"}});
        QCOMPARE(colours(), 0);
    }

    /// An arrangement of the columns from before there were so many of them.
    void newColumnsAreHidden() {
        const int columns = pane_->model()->columnCount();
        QTableView older;
        QStandardItemModel fewer(0, columns - 2);
        older.setModel(&fewer);
        older.setColumnHidden(3, true);
        pane_->restoreColumns(older.horizontalHeader()->saveState(), columns - 2);
        QVERIFY(pane_->table()->isColumnHidden(3));
        QVERIFY(!pane_->table()->isColumnHidden(4));
        QVERIFY(pane_->table()->isColumnHidden(columns - 2) && pane_->table()->isColumnHidden(columns - 1));
    }

    void everyControlHasAName() {
        for (QWidget* widget : pane_->findChildren<QWidget*>())
            if (widget->focusPolicy() & Qt::TabFocus && widget->isVisible() && widget->inherits("QAbstractButton"))
                QVERIFY2(
                    !widget->accessibleName().isEmpty() || !qobject_cast<QAbstractButton*>(widget)->text().isEmpty(),
                    qPrintable(widget->metaObject()->className()));
    }
};

FANLIGHT_TEST(TstPromptsPane, QApplication)
#include "tst_prompts_pane.moc"

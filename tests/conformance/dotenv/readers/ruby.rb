# dotenv for Ruby: a line of base64 in is a file, a line of JSON out what Dotenv.parse makes of it.
# usage: ruby ruby.rb PROCESS-ENVIRONMENT
require 'base64'
require 'dotenv'
require 'json'
require 'tempfile'

# Nothing that a file contains is run: such a file is refused.
Dotenv::Substitutions::Command.singleton_class.define_method(:`) { |_| raise SecurityError, 'a command' }
ENV.replace(JSON.parse(ARGV.shift))
Tempfile.create('reader') do |file|
  STDIN.each_line do |line|
    File.binwrite(file.path, Base64.decode64(line))
    begin
      outcome = JSON.generate(Dotenv.parse(file.path))
    rescue StandardError, SecurityError, SyntaxError
      outcome = 'null'
    end
    puts outcome
    STDOUT.flush
  end
end
